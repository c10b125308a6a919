"""Right though unusual: test-time batch normalisation.

Shifted test data is normalised by its own statistics on purpose.
"""

import copy

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(900, 6)
y = (x[:, 0] * x[:, 1] > 0).long()
source = DataLoader(TensorDataset(x[:600], y[:600]), batch_size=60, shuffle=True)
shifted = DataLoader(TensorDataset(3 * x[600:] + 2, y[600:]), batch_size=150)
model = nn.Sequential(nn.BatchNorm1d(6), nn.Linear(6, 48), nn.BatchNorm1d(48), nn.ReLU(), nn.Linear(48, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for _epoch in range(12):
    model.train()
    for inputs, labels in source:
        loss = nn.functional.cross_entropy(model(inputs), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

adapted = copy.deepcopy(model).train()  # a copy: the model's own running averages are left as they are
plain = model.eval()
right = {"plain": 0, "adapted": 0}
with torch.no_grad():
    for inputs, labels in shifted:
        right["plain"] += (plain(inputs).argmax(1) == labels).sum().item()
        right["adapted"] += (adapted(inputs).argmax(1) == labels).sum().item()
print({name: count / 300 for name, count in right.items()})
