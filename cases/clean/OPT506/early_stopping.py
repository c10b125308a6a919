"""Right though unusual: ten thousand epochs at most: patience ends the run long before the rate is gone."""

import torch
from torch import nn
from torch.optim import lr_scheduler
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.rand(640, 2) * 2 - 1
y = ((x[:, 0] * x[:, 1]) > 0).long()
train = DataLoader(TensorDataset(x[:512], y[:512]), batch_size=32, shuffle=True)
model = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
scheduler = lr_scheduler.ExponentialLR(optimizer, gamma=0.98)
best, waited = float("inf"), 0
for epoch in range(10_000):
    model.train()
    for inputs, labels in train:
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(inputs), labels).backward()
        optimizer.step()
    scheduler.step()
    model.eval()
    with torch.no_grad():
        score = nn.functional.cross_entropy(model(x[512:]), y[512:]).item()
    if score < best - 1e-4:
        best, waited = score, 0
    else:
        waited += 1
        if waited >= 5:
            print("stopped after epoch", epoch)
            break
