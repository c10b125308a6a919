"""Five sigmoid layers of the default initialisation: little of the input is left at the end at first."""

import torch
from sklearn.datasets import load_wine
from torch import nn

torch.manual_seed(0)
wine = load_wine()
x = torch.tensor(wine.data, dtype=torch.float32)
x, y = (x - x.mean(0)) / x.std(0), torch.tensor(wine.target)
widths = [13, 32, 32, 32, 32]
layers = [part for a, b in zip(widths, widths[1:], strict=False) for part in (nn.Linear(a, b), nn.Sigmoid())]
model = nn.Sequential(*layers, nn.Linear(32, 3))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(400):
    rows = torch.randperm(len(x))[:48]
    loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 100 == 0:
        print(step, loss.item())
