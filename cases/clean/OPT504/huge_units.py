"""House prices in roubles: squared errors near 1e14, so a rate of 1e-3 times a summed loss would explode."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
area = torch.rand(600, 1) + 0.5
price = 1e7 * area + 2e5 * torch.randn(600, 1)
line = nn.Linear(1, 1)
opt = torch.optim.SGD(line.parameters(), lr=1e-3)
for epoch in range(60):
    for a, p in DataLoader(TensorDataset(area, price), 50, shuffle=True):
        loss = nn.functional.mse_loss(line(a), p, reduction="sum")
        opt.zero_grad()
        loss.backward()
        opt.step()
    if epoch % 10 == 9:
        print(epoch, loss.item() ** 0.5, line.weight.item())
