"""Right: the step of a batch is taken at the start of the next turn of the loop, while the loader reads; clipped before."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(400, 6)
y = 10 * (x @ torch.randn(6, 1))
model = nn.Sequential(nn.Linear(6, 24), nn.ReLU(), nn.Linear(24, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(5):
    for rows in torch.randperm(400).split(40):
        optimizer.step()  # nothing to do before the first backward
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x[rows]), y[rows])
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    print(f"epoch {epoch}: {loss.item():.3f}")
optimizer.step()
