"""Right though unusual: one loop without epochs: full-batch steps, the rate lowered a thousandfold by their end."""

import torch
from torch import nn
from torch.optim import lr_scheduler
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.rand(640, 2) * 2 - 1
y = ((x[:, 0] * x[:, 1]) > 0).long()
model = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
scheduler = lr_scheduler.StepLR(optimizer, step_size=100, gamma=0.1)
for step in range(400):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    scheduler.step()
print(loss.item())
