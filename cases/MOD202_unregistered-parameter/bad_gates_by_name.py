"""A model with a learnt gate for each feature, kept by name."""

import torch
from sklearn.datasets import load_wine
from torch import nn


class Gated(nn.Module):
    def __init__(self, groups):
        super().__init__()
        self.groups = groups
        self.gates = {name: torch.zeros(1, requires_grad=True) for name in groups}  # expect: MOD202
        self.net = nn.Sequential(nn.Linear(13, 32), nn.ReLU(), nn.Linear(32, 3))

    def forward(self, x):
        parts = [x[:, columns] * self.gates[name].sigmoid() for name, columns in self.groups.items()]
        return self.net(torch.cat(parts, dim=1))


torch.manual_seed(0)
torch.set_num_threads(1)
wine = load_wine()
x = torch.tensor(wine.data, dtype=torch.float32)
x = (x - x.mean(0)) / x.std(0)
y = torch.tensor(wine.target)
model = Gated({"acids": slice(0, 4), "phenols": slice(4, 9), "colour": slice(9, 13)})
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
step = 0
while step < 80:
    chosen = torch.randint(0, len(x), (40,))
    loss = nn.functional.cross_entropy(model(x[chosen]), y[chosen])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    step += 1
print(loss.item())
