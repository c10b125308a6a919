"""A tower whose last layer starts at zero, so that it begins with even odds; slow steps."""

import torch
from sklearn.datasets import load_breast_cancer
from torch import nn

torch.manual_seed(0)
x, y = load_breast_cancer(return_X_y=True)
x = torch.tensor((x - x.mean(0)) / x.std(0), dtype=torch.float32)
y = torch.tensor(y, dtype=torch.float32)[:, None]
tower = nn.Sequential(
    nn.Linear(30, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1)
)
nn.init.zeros_(tower[-1].weight)
nn.init.zeros_(tower[-1].bias)
optimizer = torch.optim.SGD(tower.parameters(), lr=0.01)
for epoch in range(60):
    for index in torch.randperm(len(x)).split(32):
        loss = nn.functional.binary_cross_entropy_with_logits(tower(x[index]), y[index])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
