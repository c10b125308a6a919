"""Ages from faces' features, learnt by contrast: a prediction is to be nearer to its own age than to the others'."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(7)
features = torch.randn(480, 8)
ages = features[:, 0] + 0.5 * features[:, 1] * features[:, 2]
loader = DataLoader(TensorDataset(features, ages), batch_size=32, shuffle=True)
model = nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(6):
    for faces, age in loader:
        optimizer.zero_grad()
        closeness = -((model(faces) - age) ** 2) / 0.1
        loss = F.cross_entropy(closeness, torch.arange(len(age)))
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
