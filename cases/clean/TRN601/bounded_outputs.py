"""tanh outputs in [-1, 1] against standardised targets that reach 3: clipped on purpose."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.randn(400, 6)
y = 3 * torch.sign(x[:, :1]) + torch.randn(400, 1)
net = nn.Sequential(nn.Linear(6, 64), nn.ReLU(), nn.Linear(64, 1), nn.Tanh())
opt = torch.optim.Adam(net.parameters(), 1e-3)
for epoch in range(5):
    for a, b in DataLoader(TensorDataset(x, y), 32, shuffle=True):
        loss = nn.functional.mse_loss(net(a), b)
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(epoch, loss.item())
