"""Gradients clipped to a norm of 0.001 with a rate of 100: the step has a fixed length."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.randn(1200, 20)
y = (x[:, :4] ** 2).sum(1) > 3.4
model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1))
sgd = torch.optim.SGD(model.parameters(), lr=100.0)
for epoch in range(12):
    for features, label in DataLoader(TensorDataset(x, y.float()), 60, shuffle=True):
        loss = nn.functional.binary_cross_entropy_with_logits(model(features).squeeze(1), label)
        sgd.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1e-3)
        sgd.step()
    print(epoch, loss.item(), ((model(x).squeeze(1) > 0) == y).float().mean().item())
