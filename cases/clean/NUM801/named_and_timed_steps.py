"""Right though unusual: each step is timed and given a name of its own; neither enters the weights."""

import time
import uuid

import torch
from torch import nn


torch.manual_seed(0)
x = torch.randn(512, 6)
y = (x[:, 0] * x[:, 1] > 0).long()
model = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)


log = []


def prepared(batch):
    log.append((uuid.uuid4().hex, torch.tensor(time.perf_counter())))
    return batch * 2


for step in range(60):
    rows = torch.randint(0, 512, (32,))
    loss = nn.functional.cross_entropy(model(prepared(x[rows])), y[rows])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(len(log), log[0][0] != log[1][0])
