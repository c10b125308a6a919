"""Two moons, told apart by a small network."""

import torch
from sklearn.datasets import make_moons
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
points, labels = make_moons(800, noise=0.1, random_state=0)
points = torch.tensor(points, dtype=torch.float32)
labels = torch.tensor(labels)
train_loader = DataLoader(TensorDataset(points[:600], labels[:600]), batch_size=32, shuffle=True)

model = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
criterion = nn.CrossEntropyLoss()

for epoch in range(10):
    model.train()
    for x, y in train_loader:
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.zero_grad()  # expect: GRD402
        optimizer.step()
    model.eval()
    with torch.no_grad():
        accuracy = (model(points[600:]).argmax(1) == labels[600:]).float().mean().item()
    print(f"epoch {epoch}: loss {loss.item():.3f}, accuracy {accuracy:.3f}")
