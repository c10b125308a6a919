"""Right though unusual: a search for the learning rate.

Every trial starts from the same weights, which are put back.
"""

import copy

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(512, 10)
y = (x @ torch.randn(10, 3)).argmax(1)
loader = DataLoader(TensorDataset(x, y), batch_size=64, shuffle=True)
model = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 3))
start = copy.deepcopy(model.state_dict())
found = {}
for rate in (1e-3, 1e-2, 1e-1, 1.0):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    for inputs, labels in loader:
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(inputs), labels).backward()
        optimizer.step()
    with torch.no_grad():
        found[rate] = nn.functional.cross_entropy(model(x), y).item()
    model.load_state_dict(start)
print("best learning rate:", min(found, key=found.get), found)
