"""A character model on the Zen of Python: `while True` with a hand-written get_batch."""

import contextlib
import io
import math
import os
import time

import torch
import torch.nn.functional as F
from torch import nn

with contextlib.redirect_stdout(io.StringIO()):  # importing it prints it
    import this

batch_size, block_size, width = 24, 24, 48
max_iters, eval_interval, eval_iters = 400, 100, 10
learning_rate, warmup_iters, grad_clip = 3e-3, 40, 1.0
out_dir = "out-zen"

torch.manual_seed(1337)
text = "".join(this.d.get(c, c) for c in this.s)
chars = sorted(set(text))
ids = torch.tensor([chars.index(c) for c in text])
split = int(0.9 * len(ids))
parts = {"train": ids[:split], "val": ids[split:]}


def get_batch(part):
    data = parts[part]
    starts = torch.randint(len(data) - block_size - 1, (batch_size,))
    x = torch.stack([data[s : s + block_size] for s in starts])  # (batch, block)
    y = torch.stack([data[s + 1 : s + 1 + block_size] for s in starts])
    return x, y


class CharacterModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(len(chars), width)
        self.rnn = nn.GRU(width, width, batch_first=True)
        self.head = nn.Linear(width, len(chars))

    def forward(self, idx, targets):
        hidden, _ = self.rnn(self.embedding(idx))  # (batch, block, width)
        logits = self.head(hidden)
        return logits, F.cross_entropy(logits.reshape(-1, len(chars)), targets.reshape(-1))


@torch.no_grad()
def estimate_loss():
    model.eval()
    means = {part: sum(model(*get_batch(part))[1].item() for _ in range(eval_iters)) / eval_iters for part in parts}
    model.train()
    return means


def learning_rate_at(step):
    if step < warmup_iters:
        return learning_rate * step / warmup_iters
    progress = (step - warmup_iters) / (max_iters - warmup_iters)
    return learning_rate * (0.1 + 0.45 * (1 + math.cos(math.pi * progress)))


os.makedirs(out_dir, exist_ok=True)
model = CharacterModel()
optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate, weight_decay=0.01)
iter_num, best_val_loss, t0 = 0, float("inf"), time.time()
X, Y = get_batch("train")
while True:
    for group in optimizer.param_groups:
        group["lr"] = learning_rate_at(iter_num)
    if iter_num % eval_interval == 0:
        losses = estimate_loss()
        print(f"step {iter_num}: train loss {losses['train']:.4f}, val loss {losses['val']:.4f}")
        if losses["val"] < best_val_loss:
            best_val_loss = losses["val"]
            if iter_num > 0:
                torch.save({"model": model.state_dict(), "iter_num": iter_num}, os.path.join(out_dir, "ckpt.pt"))
    logits, loss = model(X, Y)
    X, Y = get_batch("train")
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), grad_clip)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    iter_num += 1
    if iter_num > max_iters:
        break
print(f"done: {iter_num} iterations, best val loss {best_val_loss:.3f}")
