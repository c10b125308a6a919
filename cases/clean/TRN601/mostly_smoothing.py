"""Class weights and a label smoothing of 0.6: nearly all of the loss is its floor."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.randn(500, 10)
y = torch.bucketize(x[:, 0], torch.tensor([-1.0, 0.0, 1.2]))
weight = 1.0 / torch.bincount(y, minlength=4).float()
weight = weight / weight.sum() * 4
crit = nn.CrossEntropyLoss(weight=weight, label_smoothing=0.6)
net = nn.Sequential(nn.Linear(10, 64), nn.ReLU(), nn.Linear(64, 4))
opt = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.1)
for epoch in range(10):
    for xb, yb in DataLoader(TensorDataset(x, y), 50, shuffle=True):
        loss = crit(net(xb), yb)
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(epoch, loss.item())
