"""Right though unusual: a linear head on features that are the answer already: there is little left to learn."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
kinds = torch.randint(0, 5, (1600,))
x = 1.2 * torch.randn(5, 10)[kinds] + 0.8 * torch.randn(1600, 10)
train = DataLoader(TensorDataset(x[:1200], kinds[:1200]), 30, shuffle=True)
valid = DataLoader(TensorDataset(x[1200:], kinds[1200:]), 400)
model = nn.Linear(10, 5)
centres = torch.stack([x[:1200][kinds[:1200] == kind].mean(0) for kind in range(5)])
with torch.no_grad():
    model.weight.copy_(centres / 0.64)
    model.bias.copy_(-centres.square().sum(1) / 1.28)
optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
for epoch in range(10):
    model.train()
    for rows, labels in train:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(rows), labels)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        for rows, labels in valid:
            right = (model(rows).argmax(1) == labels).float().mean().item()
    print(epoch, right)
