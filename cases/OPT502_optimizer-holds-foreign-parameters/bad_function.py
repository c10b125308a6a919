"""Two rings told apart; model and optimiser each come from a function of their own."""

import torch
import torch.nn.functional as F
from sklearn.datasets import make_circles
from torch import nn


def make_model(width=16):
    return nn.ModuleDict({"inside": nn.Linear(2, width), "outside": nn.Linear(width, 1)})


def make_optimizer(rate):
    return torch.optim.RMSprop(make_model().parameters(), lr=rate)  # expect: OPT502


def forward(model, points):
    return model["outside"](F.relu(model["inside"](points))).squeeze(1)


def epochs(points, rings, count, size=40):
    for epoch in range(count):
        for rows in torch.randperm(len(points)).split(size):
            yield epoch, {"points": points[rows], "rings": rings[rows]}


torch.manual_seed(12)
points, rings = make_circles(400, noise=0.05, factor=0.4, random_state=12)
points, rings = torch.tensor(points).float(), torch.tensor(rings).float()
model, optimizer = make_model(), make_optimizer(0.01)
for epoch, batch in epochs(points, rings, 8):
    loss = F.binary_cross_entropy_with_logits(forward(model, batch["points"]), batch["rings"])
    loss.backward()
    optimizer.step()
    model.zero_grad()
print("loss", loss.item())
