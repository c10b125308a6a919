"""Half of the labels are wrong, SGD is hot on purpose so that it does not learn them by heart."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x, y = load_digits(return_X_y=True)
x, y = torch.tensor(x / 16.0, dtype=torch.float32), torch.tensor(y)
noisy = torch.where(torch.rand(len(y)) < 0.5, torch.randint(0, 10, y.shape), y)
net = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
opt = torch.optim.SGD(net.parameters(), lr=1.0)
for epoch in range(15):
    for a, b in DataLoader(TensorDataset(x[:1500], noisy[:1500]), 64, shuffle=True):
        loss = nn.functional.cross_entropy(net(a), b)
        opt.zero_grad()
        loss.backward()
        opt.step()
    print(epoch, loss.item(), (net(x[1500:]).argmax(1) == y[1500:]).float().mean().item())
