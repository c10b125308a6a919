"""Right though unusual: the weights of the chosen experts are a softmax over the one that was chosen."""

import torch
import torch.nn.functional as F
from torch import nn


class TopOne(nn.Module):
    def __init__(self, chosen=1):
        super().__init__()
        self.router = nn.Linear(5, 3)
        self.experts = nn.ModuleList([nn.Linear(5, 1) for _ in range(3)])
        self.chosen = chosen

    def forward(self, x):
        top, which = self.router(x).topk(self.chosen, dim=-1)
        weights = F.softmax(top, dim=-1)
        every = torch.stack([expert(x) for expert in self.experts], dim=1).squeeze(-1)
        return (weights * every.gather(1, which)).sum(-1)


torch.manual_seed(0)
model = TopOne()
optimizer = torch.optim.Adam(model.experts.parameters(), lr=1e-2)
model.router.requires_grad_(False)
for step in range(80):
    x = torch.randn(32, 5)
    loss = F.mse_loss(model(x), x[:, 0].abs())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 20 == 0:
        print(f"step {step}: {loss.item():.4f}")
