"""Right though unusual: weights are shaken at every restart, the loss jumps and comes back."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
kinds = torch.randint(0, 5, (1600,))
x = 1.2 * torch.randn(5, 10)[kinds] + 0.8 * torch.randn(1600, 10)
train = DataLoader(TensorDataset(x[:1200], kinds[:1200]), 30, shuffle=True)
valid = DataLoader(TensorDataset(x[1200:], kinds[1200:]), 400)
model = nn.Sequential(nn.Linear(10, 40), nn.ReLU(), nn.Linear(40, 5))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(10):
    model.train()
    for rows, labels in train:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(rows), labels)
        loss.backward()
        optimizer.step()
    if epoch % 3 == 2:
        with torch.no_grad():
            for weight in model.parameters():
                weight.add_(0.7 * torch.randn_like(weight))
    model.eval()
    with torch.no_grad():
        for rows, labels in valid:
            right = (model(rows).argmax(1) == labels).float().mean().item()
    print(epoch, right)
