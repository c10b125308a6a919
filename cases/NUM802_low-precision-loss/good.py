"""Handwritten digits, the whole model in one dtype."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
dtype = torch.float32
images, labels = load_digits(return_X_y=True)
x = torch.tensor((images - 5) / 6, dtype=dtype)
y = torch.tensor(labels)
loader = DataLoader(TensorDataset(x[:1400], y[:1400]), batch_size=64, shuffle=True)

model = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 10)).to(dtype)
optimizer = torch.optim.SGD(model.parameters(), lr=0.005)
for epoch in range(150):
    total = 0.0
    for inputs, targets in loader:
        loss = nn.functional.cross_entropy(model(inputs).float(), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
    with torch.no_grad():
        accuracy = (model(x[1400:]).argmax(1) == y[1400:]).float().mean().item()
    print(f"{epoch}: loss {total / len(loader):.3f}, accuracy {accuracy:.3f}")
