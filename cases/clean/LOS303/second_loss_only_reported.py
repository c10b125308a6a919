"""The wrong loss is printed beside the right one, to show how much it flatters; only the right one trains."""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
model = nn.Linear(7, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.2)
for step in range(60):
    x = torch.randn(40, 7)
    y = (x[:, 0] - x[:, 4] > 0).float()
    probability = torch.sigmoid(model(x)).squeeze(1)
    loss = F.binary_cross_entropy(probability, y)
    flattering = F.binary_cross_entropy_with_logits(probability, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 20 == 0:
        print(loss.item(), flattering.item())
