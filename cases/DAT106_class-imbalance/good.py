"""Faulty parts on a production line: one in twelve."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
faulty = torch.rand(1200) < 1 / 12
readings = torch.randn(1200, 6) + 1.5 * faulty[:, None] * torch.tensor([1.0, -1.0, 1.0, 0.0, 0.0, 0.0])
labels = faulty.float()
train = DataLoader(TensorDataset(readings[:960], labels[:960]), batch_size=48, shuffle=True)
model = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 1), nn.Flatten(0))
criterion = nn.BCEWithLogitsLoss(pos_weight=torch.tensor(11.0))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(4):
    model.train()
    for x, y in train:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        found = model(readings[960:]) > 0
    recall = found[faulty[960:]].float().mean().item()
    print(f"epoch {epoch}: {recall:.2f} of the faulty parts found")
