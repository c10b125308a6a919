"""Weights of one bit with a straight-through gradient: a large rate flips them, and the loss jumps."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Binary(nn.Linear):
    def forward(self, x):
        sign = torch.where(self.weight > 0, 1.0, -1.0) / self.in_features**0.5
        return nn.functional.linear(x, self.weight + (sign - self.weight).detach(), self.bias)


torch.manual_seed(0)
x, y = load_digits(return_X_y=True)
x, y = torch.tensor(x / 16.0, dtype=torch.float32), torch.tensor(y)
net = nn.Sequential(Binary(64, 128), nn.BatchNorm1d(128), nn.ReLU(), Binary(128, 10), nn.BatchNorm1d(10))
opt = torch.optim.Adam(net.parameters(), lr=0.1)
for epoch in range(8):
    net.train()
    for a, b in DataLoader(TensorDataset(x[:1500], y[:1500]), 50, shuffle=True):
        loss = nn.functional.cross_entropy(net(a), b)
        opt.zero_grad()
        loss.backward()
        opt.step()
    net.eval()
    with torch.no_grad():
        print(epoch, loss.item(), (net(x[1500:]).argmax(1) == y[1500:]).float().mean().item())
