"""Right though unusual: a cosine that goes up and down every ten epochs, on purpose: a snapshot is kept at each low."""

import torch
from torch import nn
from torch.optim import lr_scheduler
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.rand(640, 2) * 2 - 1
y = ((x[:, 0] * x[:, 1]) > 0).long()
import copy

loader = DataLoader(TensorDataset(x, y), batch_size=32, shuffle=True)
model = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
scheduler = lr_scheduler.CosineAnnealingLR(optimizer, T_max=10)
snapshots = []
for epoch in range(100):
    model.train()
    for inputs, labels in loader:
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(inputs), labels).backward()
        optimizer.step()
    scheduler.step()
    if epoch % 20 == 9:
        snapshots.append(copy.deepcopy(model).eval())
with torch.no_grad():
    votes = sum(snapshot(x).softmax(1) for snapshot in snapshots)
print((votes.argmax(1) == y).float().mean().item())
