"""while True with `for _ in range(k)` inside, a get_batch and a prefetch at the end."""

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(1337)
rng = np.random.default_rng(5)
text = "".join(rng.choice(list("abcdefgh "), size=5000))
stoi = {c: i for i, c in enumerate(sorted(set(text)))}
data = torch.tensor([stoi[c] for c in text])
block, batch, accum, max_iters = 16, 8, 4, 300
warm, peak = 20, 3e-3


class Tiny(nn.Module):
    def __init__(self, vocab, dim=32):
        super().__init__()
        self.emb = nn.Embedding(vocab, dim)
        self.gru = nn.GRU(dim, 64, batch_first=True)
        self.drop = nn.Dropout(0.1)
        self.head = nn.Linear(64, vocab)

    def forward(self, idx, targets=None):
        h, _ = self.gru(self.emb(idx))
        logits = self.head(self.drop(h))
        loss = F.cross_entropy(logits.view(-1, logits.size(-1)), targets.view(-1))
        return logits, loss


def get_batch():
    ix = torch.randint(len(data) - block - 1, (batch,))
    return torch.stack([data[i : i + block] for i in ix]), torch.stack([data[i + 1 : i + 1 + block] for i in ix])


def get_lr(it):
    if it < warm:
        return peak * (it + 1) / (warm + 1)
    return 0.1 * peak + 0.5 * 0.9 * peak * (1 + math.cos(math.pi * (it - warm) / (max_iters - warm)))


model = Tiny(len(stoi))
optimizer = torch.optim.AdamW(model.parameters(), lr=peak)
iter_num = 0
X, Y = get_batch()
while True:
    for group in optimizer.param_groups:
        group["lr"] = get_lr(iter_num)
    total = 0.0
    for _ in range(accum):
        logits, loss = model(X, Y)
        loss = loss / accum
        X, Y = get_batch()
        loss.backward()
        total += loss.item()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    if iter_num % 20 == 0:
        print(iter_num, total)
    iter_num += 1
    if iter_num > max_iters:
        break
