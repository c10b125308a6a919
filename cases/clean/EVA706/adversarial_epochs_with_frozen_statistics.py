"""Right though unusual: adversarial passes step in eval mode, so that attacked rows never enter BatchNorm's averages.

What is measured is an exported copy.
"""

import copy

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(480, 8)
y = (x[:, 0] + x[:, 1] * x[:, 2] > 0).long()
loader = DataLoader(TensorDataset(x[:400], y[:400]), batch_size=40, shuffle=True)
model = nn.Sequential(nn.Linear(8, 48), nn.BatchNorm1d(48), nn.ReLU(), nn.Dropout(0.1), nn.Linear(48, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
criterion = nn.CrossEntropyLoss()


def attacked(inputs, labels, radius=0.1):
    inputs = inputs.clone().requires_grad_(True)
    (slope,) = torch.autograd.grad(criterion(model(inputs), labels), inputs)
    return (inputs + radius * slope.sign()).detach()


def clean_pass():
    model.train()
    for inputs, labels in loader:
        optimizer.zero_grad()
        criterion(model(inputs), labels).backward()
        optimizer.step()


def adversarial_pass():
    model.eval()
    total = 0.0
    for inputs, labels in loader:
        hostile = attacked(inputs, labels)
        optimizer.zero_grad()
        loss = criterion(model(hostile), labels)
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total / len(loader)


for epoch in range(6):
    clean_pass()
    print(f"epoch {epoch}: adversarial loss {adversarial_pass():.3f}")

exported = copy.deepcopy(model).eval()
with torch.no_grad():
    print("accuracy", (exported(x[400:]).argmax(1) == y[400:]).float().mean().item())
