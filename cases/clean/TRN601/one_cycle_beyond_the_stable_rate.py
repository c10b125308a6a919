"""OneCycle up to a rate that only a warmed-up net stands."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.randn(800, 16)
y = x[:, :5].argmax(1)
net = nn.Sequential(nn.Linear(16, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 5))
opt = torch.optim.SGD(net.parameters(), lr=0.1)
epochs, loader = 10, DataLoader(TensorDataset(x, y), 40, shuffle=True)
sched = torch.optim.lr_scheduler.OneCycleLR(opt, max_lr=6.0, epochs=epochs, steps_per_epoch=len(loader))
for epoch in range(epochs):
    for a, b in loader:
        loss = nn.functional.cross_entropy(net(a), b)
        opt.zero_grad()
        loss.backward()
        opt.step()
        sched.step()
    print(epoch, loss.item())
