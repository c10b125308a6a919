"""Losses are summed over the samples, and the gradients divided by their number before the step."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.randn(500, 6)
y = (x @ torch.randn(6, 1)).sin()
model = nn.Sequential(nn.Linear(6, 32), nn.Tanh(), nn.Linear(32, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(6):
    for inputs, wanted in DataLoader(TensorDataset(x, y), batch_size=48, shuffle=True):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(inputs), wanted, reduction="sum")
        loss.backward()
        for parameter in model.parameters():
            parameter.grad /= len(inputs)
        optimizer.step()
    print(epoch, loss.item() / len(inputs))
