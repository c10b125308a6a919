"""Gradients of single samples, each clipped by its own norm, then averaged: the private kind of descent."""

import torch
from torch import nn

torch.manual_seed(0)
x = torch.randn(192, 6)
y = (x @ torch.randn(6) > 0).float()
model = nn.Linear(6, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
parameters = list(model.parameters())

for epoch in range(6):
    for rows in torch.randperm(192).split(12):
        sums = [torch.zeros_like(p) for p in parameters]
        for row in rows:
            model.zero_grad()
            logit = model(x[row : row + 1]).squeeze(1)
            nn.functional.binary_cross_entropy_with_logits(logit, y[row : row + 1]).backward()
            nn.utils.clip_grad_norm_(parameters, 1.0)
            for total, parameter in zip(sums, parameters, strict=True):
                total += parameter.grad
        for total, parameter in zip(sums, parameters, strict=True):
            parameter.grad = total / len(rows) + 0.001 * torch.randn_like(total)
        optimizer.step()
    with torch.no_grad():
        print(f"{epoch}: {((model(x).squeeze(1) > 0) == y.bool()).float().mean():.3f}")
