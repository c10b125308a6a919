"""Right though unusual: smoothed labels, so the loss never comes near 0."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
centres = 3 * torch.randn(6, 8)
labels = torch.randint(0, 6, (720,))
points = centres[labels] + torch.randn(720, 8)
train = DataLoader(TensorDataset(points[:600], labels[:600]), batch_size=40, shuffle=True)
test = DataLoader(TensorDataset(points[600:], labels[600:]), batch_size=60)

model = nn.Sequential(nn.LayerNorm(8), nn.Linear(8, 32), nn.ReLU(), nn.Dropout(0.1), nn.Linear(32, 6))
criterion = nn.CrossEntropyLoss(label_smoothing=0.1)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(6):
    model.train()
    for x, y in train:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.inference_mode():
        hits = sum((model(x).argmax(1) == y).sum().item() for x, y in test)
    print(f"epoch {epoch}: loss {loss.item():.3f}, accuracy {hits / 120:.3f}")
