"""Right though unusual: no DataLoader; `while True` with random windows of one long text, and a break at the end."""

import torch
import torch.nn as nn
from torch.nn import functional as F

torch.manual_seed(1337)
text = "to be or not to be that is the question " * 60
letters = sorted(set(text))
data = torch.tensor([letters.index(letter) for letter in text])
split = int(0.9 * len(data))
block_size, batch_size, max_iters, eval_interval, eval_iters = 12, 16, 90, 30, 4


class TinyLM(nn.Module):
    def __init__(self, width=32):
        super().__init__()
        self.token = nn.Embedding(len(letters), width)
        self.position = nn.Embedding(block_size, width)
        self.block = nn.TransformerEncoderLayer(width, 4, 64, dropout=0.1, batch_first=True, norm_first=True)
        self.lm_head = nn.Linear(width, len(letters))

    def forward(self, idx, targets):
        mask = nn.Transformer.generate_square_subsequent_mask(idx.shape[1])
        x = self.token(idx) + self.position(torch.arange(idx.shape[1]))
        logits = self.lm_head(self.block(x, src_mask=mask, is_causal=True))
        return logits, F.cross_entropy(logits.view(-1, logits.shape[-1]), targets.view(-1))


def get_batch(part):
    source = data[:split] if part == "train" else data[split:]
    ix = torch.randint(len(source) - block_size, (batch_size,))
    x = torch.stack([source[i : i + block_size] for i in ix])
    y = torch.stack([source[i + 1 : i + block_size + 1] for i in ix])
    return x, y


@torch.no_grad()
def estimate_loss():
    out = {}
    model.eval()
    for part in ["train", "val"]:
        losses = torch.zeros(eval_iters)
        for k in range(eval_iters):
            _, loss = model(*get_batch(part))
            losses[k] = loss.item()
        out[part] = losses.mean()
    model.train()
    return out


model = TinyLM()
optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)
iter_num = 0
while True:
    if iter_num % eval_interval == 0:
        losses = estimate_loss()
        print(f"step {iter_num}: train loss {losses['train']:.3f}, val loss {losses['val']:.3f}")
    if iter_num >= max_iters:
        break
    _, loss = model(*get_batch("train"))
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    iter_num += 1
