"""Right though unusual: the report takes quartiles, the deviation and the last third of the epochs: all need several."""

import itertools
import statistics

import torch
from sklearn.datasets import make_moons
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split

torch.manual_seed(0)
torch.set_num_threads(1)
points, labels = make_moons(400, noise=0.15, random_state=0)
data = TensorDataset(torch.tensor(points, dtype=torch.float32), torch.tensor(labels))
train, valid = random_split(data, [320, 80])
model = nn.Sequential(nn.Linear(2, 20), nn.ReLU(), nn.Linear(20, 2))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-2)
history = {"train": [], "valid": []}
for _epoch in range(9):
    total = 0.0
    for inputs, target in DataLoader(train, batch_size=40, shuffle=True):
        loss = criterion(model(inputs), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(target)
    history["train"].append(total / len(train))
    with torch.no_grad():
        history["valid"].append(statistics.fmean(criterion(model(a), b).item() for a, b in DataLoader(valid, 40)))
for name, values in history.items():
    low, middle, high = statistics.quantiles(values, n=4)
    steps = [b - a for a, b in itertools.pairwise(values)]
    (*_, before, last) = values
    print(name, low, middle, high, statistics.stdev(steps), before - last, statistics.variance(values[6:]))
