"""One-class training: all that is known are normal samples, drawn together around one centre."""

import torch
from torch import nn
from torch.utils.data import DataLoader

torch.manual_seed(0)
normal = torch.randn(500, 8) * torch.linspace(0.5, 1.5, 8)
net = nn.Sequential(nn.Linear(8, 24, bias=False), nn.LeakyReLU(), nn.Linear(24, 4, bias=False))
centre = torch.tensor([0.5, -0.5, 0.5, -0.5])
optimizer = torch.optim.Adam(net.parameters(), lr=3e-3)
for epoch in range(5):
    for batch in DataLoader(normal, batch_size=50, shuffle=True):
        loss = nn.functional.mse_loss(net(batch), centre.expand(len(batch), -1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
