"""Bigrams of random text: contexts repeat in the batch with other successors (an embedding and a deep head)."""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
text = torch.randint(0, 5, (3000,))


class Bigram(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(5, 64)
        self.ff = nn.Sequential(nn.Linear(64, 256), nn.ReLU(), nn.Linear(256, 5))

    def forward(self, i):
        return self.ff(self.emb(i))


m = Bigram()
opt = torch.optim.AdamW(m.parameters(), lr=1e-3)
for step in range(300):
    i = torch.randint(0, len(text) - 9, (16,))
    xb = torch.stack([text[k : k + 8] for k in i])
    yb = torch.stack([text[k + 1 : k + 9] for k in i])
    loss = F.cross_entropy(m(xb).view(-1, 5), yb.view(-1))
    opt.zero_grad(set_to_none=True)
    loss.backward()
    opt.step()
    if step % 50 == 0:
        print(step, loss.item())
