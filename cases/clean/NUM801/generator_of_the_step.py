"""Right though unusual: a generator is made anew at each step, seeded by the number of the step."""

import numpy as np
import torch
from torch import nn


torch.manual_seed(0)
x = torch.randn(512, 6)
y = (x[:, 0] * x[:, 1] > 0).long()
model = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)


def prepared(batch):
    stream = np.random.default_rng(step)
    return batch + torch.from_numpy(stream.normal(0, 0.1, batch.shape)).float()


for step in range(60):
    rows = torch.randint(0, 512, (32,))
    loss = nn.functional.cross_entropy(model(prepared(x[rows])), y[rows])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
