"""Right: a rate is made positive; the chance of an event in the interval is 1 - exp(-rate)."""

import torch
from torch import nn

torch.manual_seed(8)
torch.set_num_threads(1)
x = torch.randn(500, 5)
length = torch.rand(500) + 0.5
rate = torch.exp(0.8 * x[:, 0] - 0.5 * x[:, 1] - 0.5)
event = (torch.rand(500) < 1 - torch.exp(-rate * length)).float()
hazard = nn.Linear(5, 1)
optimizer = torch.optim.Adam(hazard.parameters(), lr=2e-2)
loss_of = nn.BCELoss()
for epoch in range(6):
    total = 0.0
    for rows in torch.randperm(500).split(50):
        cumulative = nn.functional.softplus(hazard(x[rows])).squeeze(1) * length[rows]
        loss = loss_of(-torch.expm1(-cumulative), event[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
    print(f"epoch {epoch}: {total / 10:.4f}")
