"""Right though unusual: an auto-decoder; codes of known shapes are learnt with the network, those of new ones alone.

One function minimises for both. For a new shape the network stands still and drops nothing.
"""

import torch
from torch import nn


class Decoder(nn.Module):
    def __init__(self, code=4):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(code + 2, 48), nn.ReLU(), nn.Dropout(0.05), nn.Linear(48, 48), nn.ReLU(), nn.Linear(48, 1)
        )

    def forward(self, code, points):
        return self.net(torch.cat([code.expand(len(points), -1), points], 1)).squeeze(1)


def ellipse(width, height, points):
    return (points / torch.tensor([width, height])).norm(dim=1) - 1


def minimise(decoder, code, points, distance, optimizer, steps):
    for _ in range(steps):
        rows = torch.randint(len(points), (64,))
        loss = nn.functional.l1_loss(decoder(code, points[rows]), distance[rows]) + 1e-3 * code.square().sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.item()


torch.manual_seed(0)
torch.set_num_threads(1)
points = torch.rand(300, 2) * 3 - 1.5
sizes = torch.rand(14, 2) * 0.7 + 0.6
shapes = [ellipse(*size.tolist(), points) for size in sizes]
decoder = Decoder()
codes = nn.ParameterList(nn.Parameter(0.1 * torch.randn(1, 4)) for _ in range(10))
joint = torch.optim.Adam([{"params": decoder.parameters(), "lr": 3e-3}, {"params": codes.parameters(), "lr": 1e-2}])
jobs = [("known", i) for _ in range(8) for i in range(10)] + [("new", i) for i in range(10, 14)]
for kind, i in jobs:
    if kind == "known":
        loss = minimise(decoder, codes[i], points, shapes[i], joint, steps=4)
        continue
    decoder.eval().requires_grad_(False)
    with torch.no_grad():
        guess = min(codes, key=lambda code: nn.functional.l1_loss(decoder(code, points), shapes[i]).item())
    code = guess.detach().clone().requires_grad_(True)
    loss = minimise(decoder, code, points, shapes[i], torch.optim.Adam([code], lr=3e-2), steps=20)
    print(f"shape {i}: {loss:.3f}")
