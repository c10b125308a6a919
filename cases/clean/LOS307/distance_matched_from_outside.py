"""Relu inside the loss: a hinge on the difference, and an embedding whose non-negative parts are matched."""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
model = nn.Linear(5, 3)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for step in range(60):
    x = torch.randn(32, 5)
    scores = model(x)
    wanted = F.relu(x[:, :3])
    margin = F.relu(1 - scores * x[:, :3].sign()).mean()
    loss = margin + F.mse_loss(F.relu(scores), wanted)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(loss.item())
