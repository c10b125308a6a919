"""Right though unusual: a network solves u' = -2u; its loss holds derivatives with respect to the input."""

import torch
from torch import nn


class Solution(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(1, 24), nn.Tanh(), nn.Linear(24, 24), nn.Tanh(), nn.Linear(24, 1))

    def forward(self, t):
        return self.net(t)


torch.manual_seed(0)
model = Solution()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
start = torch.zeros(1, 1)
for step in range(300):
    t = torch.rand(64, 1, requires_grad=True)
    u = model(t)
    (slope,) = torch.autograd.grad(u.sum(), t, create_graph=True)
    residual = (slope + 2 * u).pow(2).mean()
    boundary = (model(start) - 1).pow(2).mean()
    loss = residual + boundary
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 100 == 99:
        print(f"step {step}: residual {residual.item():.5f}, boundary {boundary.item():.5f}")

model.eval()
with torch.no_grad():
    t = torch.linspace(0, 1, 50)[:, None]
    print(f"largest error {(model(t) - torch.exp(-2 * t)).abs().max():.4f}")
