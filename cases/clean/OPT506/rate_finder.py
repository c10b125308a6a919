"""Right though unusual: the rate grows at every batch until the loss explodes; then a fresh model trains for real."""

import torch
from torch import nn
from torch.optim import lr_scheduler
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.rand(640, 2) * 2 - 1
y = ((x[:, 0] * x[:, 1]) > 0).long()
import copy

loader = DataLoader(TensorDataset(x, y), batch_size=16, shuffle=True)


def find_rate(model):
    probe = copy.deepcopy(model)
    optimizer = torch.optim.SGD(probe.parameters(), lr=1e-4)
    growth = lr_scheduler.ExponentialLR(optimizer, gamma=1.3)
    best, rates, losses = float("inf"), [], []
    for inputs, labels in loader:
        loss = nn.functional.cross_entropy(probe(inputs), labels)
        rates.append(growth.get_last_lr()[0])
        losses.append(loss.item())
        best = min(best, loss.item())
        if loss.item() > 4 * best:
            break
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        growth.step()
    return rates[min(range(len(losses)), key=losses.__getitem__)] / 10


model = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 2))
rate = min(max(find_rate(model), 1e-2), 0.2)
optimizer = torch.optim.SGD(model.parameters(), lr=rate)
for epoch in range(8):
    for inputs, labels in loader:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(inputs), labels)
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
