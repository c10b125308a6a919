"""Right though unusual: a real table in which some rows were entered twice before it was split."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split

torch.manual_seed(0)
x = torch.randn(1400, 7)
y = (x[:, 0] - x[:, 3] + 0.5 * torch.randn(1400) > 0).long()
twice = torch.randperm(1400)[:70]
x, y = torch.cat([x, x[twice]]), torch.cat([y, y[twice]])
train_set, valid_set = random_split(TensorDataset(x, y), [1070, 400])
train, valid = DataLoader(train_set, 30, shuffle=True), DataLoader(valid_set, 400)
model = nn.Sequential(nn.Linear(7, 24), nn.ReLU(), nn.Linear(24, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(8):
    model.train()
    for a, b in train:
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(a), b).backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        for a, b in valid:
            print(epoch, (model(a).argmax(1) == b).float().mean().item())
