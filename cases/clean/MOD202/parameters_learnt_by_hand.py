"""Right though unusual: a plain trainable tensor of the model is handed to the optimiser in a group of its own."""

import torch
import torch.nn.functional as F
from torch import nn


class Tempered(nn.Module):
    def __init__(self):
        super().__init__()
        self.temperature = torch.ones((), requires_grad=True)
        self.out = nn.Linear(6, 3)

    def forward(self, x):
        return self.out(x) / self.temperature


torch.manual_seed(0)
x = torch.randn(320, 6)
y = x[:, :3].argmax(dim=1)
model = Tempered()
optimizer = torch.optim.SGD([{"params": model.parameters()}, {"params": [model.temperature], "lr": 0.01}], lr=0.1)
for epoch in range(5):
    for rows in torch.randperm(320).split(32):
        loss = F.cross_entropy(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
