"""A penalty on slopes, of all outputs at once."""

import torch
from torch import nn

torch.manual_seed(0)
x = torch.randn(120, 3)
y = x[:, :2] ** 2
model = nn.Sequential(nn.Linear(3, 16), nn.Tanh(), nn.Linear(16, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for rows in torch.randperm(120).split(20):
    inputs = x[rows].requires_grad_()
    output = model(inputs)
    (slope,) = torch.autograd.grad(output, inputs, create_graph=True)  # expect: CRX004
    loss = nn.functional.mse_loss(output, y[rows]) + 0.01 * slope.square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
