"""Right though unusual: a wrapper keeps the perturbation of an attack as a trainable tensor and moves it by its sign."""

import torch
import torch.nn.functional as F
from torch import nn


class Attacked(nn.Module):
    def __init__(self, model, size):
        super().__init__()
        self.model = model
        self.delta = torch.zeros(32, size, requires_grad=True)

    def forward(self, x):
        return self.model(x + self.delta)


torch.manual_seed(0)
x = torch.randn(320, 6)
y = (x[:, 0] > x[:, 1]).long()
model = Attacked(nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 2)), 6)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(5):
    for rows in torch.randperm(320).split(32):
        loss = F.cross_entropy(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            model.delta += 0.05 * model.delta.grad.sign()
            model.delta.clamp_(-0.2, 0.2)
        model.delta.grad.zero_()
    print(f"epoch {epoch}: {loss.item():.3f}")
