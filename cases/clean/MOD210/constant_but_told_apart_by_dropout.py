"""Right though unusual: weights start equal in every layer, and dropout tells the units apart."""

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
x = torch.randn(384, 8)
y = (x[:, 0] * x[:, 1] > 0).long() + (x[:, 2] > 0.5).long()

model = nn.Sequential(nn.Linear(8, 24), nn.Dropout(0.5), nn.ReLU(), nn.Linear(24, 3))
with torch.no_grad():
    for layer in (model[0], model[3]):
        layer.weight.fill_(0.1)

optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=5e-3)
for epoch in range(5):
    for rows in torch.randperm(384).split(32):
        loss = F.cross_entropy(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
