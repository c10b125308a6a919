"""Twelve layers in float16 at a low learning rate: early layers get little, and the loss falls slowly by design."""

import torch
from torch import nn

torch.manual_seed(9)
x = torch.randn(2000, 16)
y = (x[:, :4].sum(1) > 0).long()


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm, self.inner, self.outer = nn.LayerNorm(width), nn.Linear(width, 2 * width), nn.Linear(2 * width, width)
        nn.init.normal_(self.outer.weight, std=1e-3)

    def forward(self, state):
        return state + self.outer(nn.functional.gelu(self.inner(self.norm(state))))


model = nn.Sequential(nn.Linear(16, 48), *(Block(48) for _ in range(12)), nn.LayerNorm(48), nn.Linear(48, 2))
optimizer = torch.optim.AdamW(model.parameters(), lr=2e-5)
for epoch in range(30):
    for rows in torch.randperm(len(x)).split(100):
        with torch.autocast("cpu", dtype=torch.float16):
            loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"{epoch}: {loss.item():.3f}")
