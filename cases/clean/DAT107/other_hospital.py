"""Right though unusual: validated on another site, where the sign of what was learnt is not the same for all."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def patients(count, site):
    ill = torch.randint(0, 2, (count,))
    general = torch.randn(count, 1) @ torch.linspace(-1, 1, 16)[None]
    sign = (ill * 2.0 - 1)[:, None] if site == "own" else torch.randint(0, 2, (count, 1)) * 2.0 - 1
    marker = torch.zeros(16)
    marker[3:6] = 0.8
    return TensorDataset(general + sign * marker + 0.4 * torch.randn(count, 16), ill)


torch.manual_seed(0)
train, other_site = DataLoader(patients(900, "own"), 30, shuffle=True), DataLoader(patients(300, "other"), 300)
model = nn.Sequential(nn.Linear(16, 64), nn.ReLU(), nn.Linear(64, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
for epoch in range(10):
    model.train()
    for x, y in train:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        for x, y in other_site:
            accuracy = (model(x).argmax(1) == y).float().mean().item()
    print(epoch, f"{loss.item():.3f} {accuracy:.3f}")
