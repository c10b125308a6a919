"""Handwritten digits with a small network; four micro-batches make up one step."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
images, digits = load_digits(return_X_y=True)
x = torch.tensor(images, dtype=torch.float32) / 16
y = torch.tensor(digits)
loader = DataLoader(TensorDataset(x[:1536], y[:1536]), batch_size=16, shuffle=True)
accumulation_steps = 4

model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)

for epoch in range(20):
    model.train()
    running = 0.0
    optimizer.zero_grad()
    for i, (inputs, labels) in enumerate(loader):
        loss = criterion(model(inputs), labels)
        (loss / accumulation_steps).backward()
        running += loss.item()
        if (i + 1) % accumulation_steps == 0:
            optimizer.step()
            optimizer.zero_grad()
    model.eval()
    with torch.no_grad():
        accuracy = (model(x[1536:]).argmax(dim=1) == y[1536:]).float().mean()
    print(f"epoch {epoch}: loss {running / len(loader):.3f}, accuracy {accuracy:.3f}")
