"""Cross-validation in which every fold starts from a copy of the same network."""

import copy

import torch
from sklearn.datasets import load_wine
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
x, y = load_wine(return_X_y=True)
x, y = torch.tensor(x, dtype=torch.float32), torch.tensor(y)
folds = torch.randperm(len(x)).chunk(3)
template = nn.Sequential(nn.Linear(13, 24), nn.ReLU(), nn.Linear(24, 3))
optimizer = torch.optim.Adam(template.parameters(), lr=1e-2)  # expect: OPT502
for k, held_out in enumerate(folds):
    kept = torch.cat([fold for i, fold in enumerate(folds) if i != k])
    mean, std = x[kept].mean(0), x[kept].std(0)
    net = copy.deepcopy(template)
    for _ in range(5):
        for rows in kept[torch.randperm(len(kept))].split(24):
            loss = nn.functional.cross_entropy(net((x[rows] - mean) / std), y[rows])
            net.zero_grad()
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        accuracy = (net((x[held_out] - mean) / std).argmax(1) == y[held_out]).float().mean()
    print(f"fold {k}: {loss.item():.3f} {accuracy:.2f}")
