"""Right though unusual: the data kept in the model needs a gradient that nobody asks for."""

import torch
from torch import nn


class Curve(nn.Module):
    def __init__(self, x):
        super().__init__()
        self.inputs = x.requires_grad_(True)
        self.net = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 1))

    def forward(self):
        return self.net(self.inputs)


torch.manual_seed(0)
x = torch.randn(200, 2)
y = (x[:, :1] * x[:, 1:]).detach()
model = Curve(x)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(100):
    loss = (model() - y).pow(2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 20 == 0:
        print(f"step {step}: {loss.item():.4f}")
