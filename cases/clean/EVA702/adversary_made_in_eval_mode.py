"""Attacks are made in eval mode within each step, and trained on in train mode; accuracy is looked at in between."""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(8, 48), nn.ReLU(), nn.Dropout(0.2), nn.Linear(48, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
x = torch.randn(400, 8)
y = (x[:, 0] > x[:, 1]).long()
for epoch in range(4):
    for rows in torch.randperm(320).split(32):
        model.eval()
        attacked = x[rows].clone().requires_grad_()
        (gradient,) = torch.autograd.grad(F.cross_entropy(model(attacked), y[rows]), attacked)
        attacked = (attacked + 0.1 * gradient.sign()).detach()
        model.train()
        loss = F.cross_entropy(model(attacked), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        print(epoch, (model(x[320:]).argmax(1) == y[320:]).float().mean().item())
