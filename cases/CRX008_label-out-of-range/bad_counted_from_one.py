"""Quality of wine from three measurements; the grades in the file run from 1 to 5."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
measurements = torch.randn(600, 3)
grades = 1 + torch.bucketize(measurements.sum(dim=1), torch.tensor([-2.0, -0.7, 0.7, 2.0]))
labels = grades

train = DataLoader(TensorDataset(measurements[:480], labels[:480]), batch_size=32, shuffle=True)
valid = DataLoader(TensorDataset(measurements[480:], labels[480:]), batch_size=60)
model = nn.Sequential(nn.Linear(3, 32), nn.ReLU(), nn.Linear(32, 5))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)

for epoch in range(5):
    model.train()
    for x, y in train:
        optimizer.zero_grad()
        loss = criterion(model(x), y)  # expect: CRX008
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        hits = sum((model(x).argmax(dim=1) == y).sum().item() for x, y in valid)
    print(f"epoch {epoch}: accuracy {hits / 120:.3f}")
