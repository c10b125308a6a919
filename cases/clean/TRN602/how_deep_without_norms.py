"""Right though unusual: how deep may a plain net be at this rate? Deeper and deeper, until training is lost."""

import math

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(400, 8)
y = x[:, :1] * x[:, 1:2]


def build(depth: int) -> nn.Sequential:
    layers: list[nn.Module] = [nn.Linear(8, 32), nn.ReLU()]
    for _ in range(depth):
        layers += [nn.Linear(32, 32), nn.ReLU()]
        nn.init.normal_(layers[-2].weight, std=math.sqrt(3.0 / 32))
    return nn.Sequential(*layers, nn.Linear(32, 1))


def train(depth: int) -> float:
    model = build(depth)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-2)
    last = math.inf
    for _epoch in range(8):
        for rows in torch.randperm(400).split(40):
            loss = nn.functional.mse_loss(model(x[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        last = loss.item()
    return last


results = {depth: train(depth) for depth in (1, 2, 4, 24)}
for depth, final in results.items():
    print(depth, f"{final:.3f}" if math.isfinite(final) else "lost")
