"""The strength of a cable from its thickness, its age and the load it has carried."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
cables = torch.rand(640, 3)
strength = 4.0 * cables[:, 0] - 1.5 * cables[:, 1] - cables[:, 2] ** 2 + 0.1 * torch.randn(640)
train = DataLoader(TensorDataset(cables[:512], strength[:512]), batch_size=32, shuffle=True)
model = nn.Sequential(nn.Linear(3, 24), nn.Tanh(), nn.Linear(24, 1), nn.Flatten(0))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(6):
    for cable, target in train:
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(cable), target)
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        error = nn.functional.l1_loss(model(cables[512:]), strength[512:]).item()
    print(f"epoch {epoch}: off by {error:.3f} on average")
