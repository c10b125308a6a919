"""Rare events in pairs of sensors, read batch by batch."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def batches(loader):
    while True:
        yield from loader  # expect: DAT106


torch.manual_seed(5)
event = (torch.rand(2000) < 0.1).long()
left, right = torch.randn(2000, 3), torch.randn(2000, 3)
right[event == 1] = left[event == 1] + 0.3 * torch.randn(int(event.sum()), 3)
source = batches(DataLoader(TensorDataset(left, right, event), batch_size=64, shuffle=True))  # drawn without end
net = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 2), nn.LogSoftmax(dim=1))
adam = torch.optim.Adam(net.parameters(), lr=5e-3)
step = 0
while step < 120:
    a, b, y = next(source)
    loss = nn.functional.nll_loss(net(torch.cat([a, b], dim=1)), y)
    adam.zero_grad()
    loss.backward()
    adam.step()
    step += 1
print("loss", loss.item())
