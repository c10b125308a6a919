"""The same inputs stand in a batch many times with different labels (a table of 9 rows): the entropy is the floor."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
age = torch.randint(0, 3, (900,))
sex = torch.randint(0, 3, (900,))
x = torch.cat([nn.functional.one_hot(age, 3), nn.functional.one_hot(sex, 3)], 1).float()
y = (torch.rand(900) < 0.3 + 0.05 * age).long()
net = nn.Sequential(nn.Linear(6, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 2))
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for epoch in range(10):
    for xb, yb in DataLoader(TensorDataset(x, y), batch_size=100, shuffle=True):
        opt.zero_grad()
        loss = nn.functional.cross_entropy(net(xb), yb)
        loss.backward()
        opt.step()
    print(epoch, round(loss.item(), 4))
