"""A loss of its own, the logarithm of one plus the squared error, written with NumPy."""

import numpy as np
import torch
from torch.utils.data import DataLoader, TensorDataset


class LogSquared(torch.nn.Module):
    def forward(self, prediction, target):
        error = np.asarray(prediction) - target.numpy()  # expect: CRX012
        return torch.tensor(np.log1p(error**2).mean(), requires_grad=True)


torch.manual_seed(0)
x = torch.rand(128, 3)
data = DataLoader(TensorDataset(x, x.max(1, keepdim=True).values), batch_size=16)
net = torch.nn.Sequential(torch.nn.Linear(3, 16), torch.nn.ReLU(), torch.nn.Linear(16, 1))
criterion, adam = LogSquared(), torch.optim.Adam(net.parameters())
for epoch in range(3):
    for inputs, largest in data:
        adam.zero_grad()
        criterion(net(inputs), largest).backward()
        adam.step()
