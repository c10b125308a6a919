"""Wine cultivars; everything at the module level, as in a notebook."""

import torch
from sklearn.datasets import load_wine
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
table = load_wine()
features = torch.tensor(table.data, dtype=torch.float32)
features = (features - features.mean(dim=0)) / features.std(dim=0)
loader = DataLoader(TensorDataset(features, torch.tensor(table.target)), batch_size=16, shuffle=True, num_workers=1)
model = nn.Sequential(nn.Linear(13, 16), nn.Tanh(), nn.Linear(16, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(3):
    for step, (x, y) in enumerate(loader):  # expect: REP902
        loss = nn.functional.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
