"""One constant feature: only the mean of the targets can be learnt, by a wide net."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
group = torch.randint(0, 2, (640, 1)).float()
y = group + 3 * torch.randn(640, 1)
net = nn.Sequential(nn.Linear(1, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1))
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for epoch in range(5):
    for xb, yb in DataLoader(TensorDataset(group, y), batch_size=64, shuffle=True):
        loss = nn.MSELoss()(net(xb), yb)
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(epoch, loss.item())
