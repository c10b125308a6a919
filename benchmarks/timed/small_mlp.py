"""A small network on the 8 x 8 digits of scikit-learn: about 1 ms a step, for the time that a rehearsal takes."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
data = load_digits()
order = torch.randperm(len(data.target))
pixels = torch.tensor(data.data, dtype=torch.float32)[order] / 8 - 1
digits = torch.tensor(data.target)[order]
train = DataLoader(TensorDataset(pixels[:1400], digits[:1400]), batch_size=32, shuffle=True)
valid = DataLoader(TensorDataset(pixels[1400:], digits[1400:]), batch_size=200)

model = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 10))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
for epoch in range(40):
    model.train()
    for x, y in train:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        right = sum((model(x).argmax(1) == y).sum().item() for x, y in valid)
    print(f"epoch {epoch}: loss {loss.item():.4f}, accuracy {right / 397:.3f}")
