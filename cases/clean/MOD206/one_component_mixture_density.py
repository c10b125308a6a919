"""Right: a mixture density network run with a single component, the baseline of a sweep."""

import argparse
import math

import torch
from torch import nn


class MixtureDensity(nn.Module):
    def __init__(self, components):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(1, 24), nn.Tanh())
        self.weight, self.mean, self.log_scale = (nn.Linear(24, components) for _ in range(3))

    def forward(self, x, y):
        h = self.body(x)
        log_scale = self.log_scale(h).clamp(-4, 4)
        z = (y - self.mean(h)) / log_scale.exp()
        log_normal = -0.5 * z.square() - log_scale - 0.5 * math.log(2 * math.pi)
        return -torch.logsumexp(torch.log_softmax(self.weight(h), 1) + log_normal, 1).mean()


parser = argparse.ArgumentParser()
parser.add_argument("--components", type=int, default=1)
arguments = parser.parse_args()
torch.manual_seed(2)
torch.set_num_threads(1)
x = torch.rand(400, 1) * 4 - 2
y = torch.sin(2 * x) + 0.2 * torch.randn(400, 1)
model = MixtureDensity(arguments.components)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(120):
    rows = torch.randint(0, 400, (40,))
    loss = model(x[rows], y[rows])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 30 == 0:
        print(step, f"{loss.item():.3f}")
