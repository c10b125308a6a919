"""Right though unusual: which units rest is drawn from a hash of the step, which is the same in every run."""

import hashlib

import torch
from torch import nn


torch.manual_seed(0)
x = torch.randn(512, 6)
y = (x[:, 0] * x[:, 1] > 0).long()
model = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)


def prepared(batch):
    digest = hashlib.sha256(f"{optimizer.state_dict()['state'].get(0, {}).get('step', 0)}".encode()).digest()
    return batch * (torch.tensor(list(digest[:6])) > 25)


for step in range(60):
    rows = torch.randint(0, 512, (32,))
    loss = nn.functional.cross_entropy(model(prepared(x[rows])), y[rows])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
