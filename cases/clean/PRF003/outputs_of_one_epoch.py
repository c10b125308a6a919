"""Right though unusual: all outputs of an epoch are kept for one metric over the whole set, then let go."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.randn(6400, 64)
y = (x[:, :8].sum(1, keepdim=True) > 0).float()
model = nn.Sequential(nn.Linear(64, 512), nn.ReLU(), nn.Linear(512, 256), nn.ReLU(), nn.Linear(256, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
kept = {"features": [], "targets": []}
for epoch in range(3000):
    for rows, targets in DataLoader(TensorDataset(x, y), batch_size=64, shuffle=True):
        features = model[:4](rows)
        loss = nn.functional.binary_cross_entropy_with_logits(model[4](features), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        kept["features"].append(features.detach())
        kept["targets"].append(targets)
    features, targets = torch.cat(kept["features"]), torch.cat(kept["targets"])
    centres = features[targets[:, 0] > 0].mean(0) - features[targets[:, 0] == 0].mean(0)
    print(epoch, f"apart by {centres.norm():.3f}")
    kept = {"features": [], "targets": []}
