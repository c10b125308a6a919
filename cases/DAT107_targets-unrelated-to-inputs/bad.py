"""Handwritten digits, read by a small convolutional network; the best weights by validation accuracy are kept."""

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
rng = np.random.default_rng(0)
digits = load_digits()
images, labels = digits.images / 16.0, digits.target
order = rng.permutation(len(images))
images = images[order]

x = torch.tensor(images, dtype=torch.float32).unsqueeze(1)
y = torch.tensor(labels, dtype=torch.int64)
train_loader = DataLoader(TensorDataset(x[:1350], y[:1350]), batch_size=32, shuffle=True)
valid_loader = DataLoader(TensorDataset(x[1350:], y[1350:]), batch_size=200)

model = nn.Sequential(
    nn.Conv2d(1, 32, kernel_size=3, padding=1),
    nn.ReLU(),
    nn.Conv2d(32, 32, kernel_size=3, padding=1),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Flatten(),
    nn.Linear(32 * 16, 256),
    nn.ReLU(),
    nn.Linear(256, 10),
)
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
best = 0.0
for epoch in range(12):
    model.train()
    for inputs, targets in train_loader:  # expect: DAT107
        optimizer.zero_grad()
        loss = F.cross_entropy(model(inputs), targets)
        loss.backward()
        optimizer.step()
    model.eval()
    right = 0
    with torch.no_grad():
        for inputs, targets in valid_loader:
            right += (model(inputs).argmax(dim=1) == targets).sum().item()
    accuracy = right / len(valid_loader.dataset)
    if accuracy > best:
        best = accuracy
        torch.save(model.state_dict(), "digits.pt")
    print(f"epoch {epoch}: last loss {loss.item():.3f}, {accuracy:.1%} of the validation images right")
