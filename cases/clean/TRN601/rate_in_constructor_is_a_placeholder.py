"""The rate given to the constructor is never used: the rate is per sample and divided by the batch in the loop."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.randn(640, 12)
y = torch.tanh(x[:, :3].sum(1, keepdim=True))
net = nn.Sequential(nn.Linear(12, 128), nn.ReLU(), nn.Linear(128, 1))
PER_SAMPLE = 6.4
opt = torch.optim.SGD(net.parameters(), lr=PER_SAMPLE)
for epoch in range(4):
    for xb, yb in DataLoader(TensorDataset(x, y), 64, shuffle=True):
        opt.param_groups[0]["lr"] = PER_SAMPLE / len(xb) / (1 + epoch)
        loss = nn.functional.mse_loss(net(xb), yb)
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(epoch, loss.item())
