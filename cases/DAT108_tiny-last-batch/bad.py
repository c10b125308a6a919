"""Digits from 8 x 8 images with a small normalised network."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
data = load_digits()
order = torch.randperm(len(data.target))
images = torch.tensor(data.images, dtype=torch.float32)[order, None] / 8 - 1
digits = torch.tensor(data.target)[order]
train = DataLoader(TensorDataset(images[:1441], digits[:1441]), batch_size=48, shuffle=True)
test = DataLoader(TensorDataset(images[1441:], digits[1441:]), batch_size=89)

model = nn.Sequential(
    nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(128, 10)
)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
for epoch in range(3):
    model.train()
    for image, digit in train:  # expect: DAT108
        optimizer.zero_grad()
        loss = criterion(model(image), digit)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        hits = sum((model(image).argmax(dim=1) == digit).sum().item() for image, digit in test)
    print(f"epoch {epoch}: accuracy {hits / 356:.3f}")
