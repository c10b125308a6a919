"""A convex mixture of probabilities by a linear layer whose weights are put back onto the simplex after each step."""

import torch
from torch import nn

torch.manual_seed(0)
truth = (torch.rand(400, 1) > 0.5).float()
detectors = (truth + torch.randn(400, 3) * torch.tensor([0.4, 0.8, 2.0])).clamp(0.05, 0.95)
mixture = nn.Linear(3, 1, bias=False)
nn.init.constant_(mixture.weight, 1 / 3)
optimizer = torch.optim.SGD(mixture.parameters(), lr=0.05)
for epoch in range(5):
    for rows in torch.randperm(400).split(40):
        loss = nn.functional.binary_cross_entropy(mixture(detectors[rows]), truth[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            mixture.weight.clamp_(min=0)
            mixture.weight.div_(mixture.weight.sum())
    print(epoch, loss.item())
