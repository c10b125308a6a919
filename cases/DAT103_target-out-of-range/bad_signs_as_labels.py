"""Two moons, labelled -1 and 1 as for a support vector machine; batches by index."""

import torch
from sklearn.datasets import make_moons
from torch import nn

torch.manual_seed(0)
points, side = make_moons(400, noise=0.15, random_state=0)
points = torch.tensor(points, dtype=torch.float32)
signs = torch.tensor(2 * side - 1, dtype=torch.float32)
scorer = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 1), nn.Flatten(0))
optimizer = torch.optim.SGD(scorer.parameters(), lr=0.1, momentum=0.8)
for epoch in range(6):
    for index, rows in enumerate(torch.randperm(400).split(40)):
        optimizer.zero_grad()
        loss = nn.functional.binary_cross_entropy_with_logits(scorer(points[rows]), signs[rows])  # expect: DAT103
        loss.backward()
        optimizer.step()
        if index == 0:
            print(epoch, loss.item())
