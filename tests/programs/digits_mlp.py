"""Reads handwritten digits with a small network: the plain loop over a DataLoader."""

from pathlib import Path

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split

torch.manual_seed(0)
EPOCHS = 25

images, labels = load_digits(return_X_y=True)  # (1797, 64) in 0..16, (1797,)
x = torch.tensor(images, dtype=torch.float32) / 8 - 1
y = torch.tensor(labels)
train_set, test_set = random_split(TensorDataset(x, y), [1437, 360])
train_loader = DataLoader(train_set, batch_size=32, shuffle=True)
test_loader = DataLoader(test_set, batch_size=128)

model = nn.Sequential(nn.Linear(64, 96), nn.ReLU(), nn.Dropout(0.2), nn.Linear(96, 10))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)

for epoch in range(EPOCHS):
    model.train()
    running = 0.0
    for inputs, targets in train_loader:
        optimizer.zero_grad()
        loss = criterion(model(inputs), targets)
        loss.backward()
        optimizer.step()
        running += loss.item() * len(targets)

    model.eval()
    correct = 0
    with torch.no_grad():
        for inputs, targets in test_loader:
            correct += (model(inputs).argmax(dim=1) == targets).sum().item()
    accuracy = correct / len(test_set)
    print(f"epoch {epoch + 1:2d}  loss {running / len(train_set):.4f}  test accuracy {accuracy:.3f}")

out = Path("outputs/digits")
out.mkdir(parents=True, exist_ok=True)
torch.save(model.state_dict(), out / "mlp.pt")
print(f"done: digits read with {accuracy:.1%} accuracy")
