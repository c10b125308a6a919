"""Right though unusual: at the end the fitted curve is compared with all rows, those trained on included."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Subset, TensorDataset

torch.manual_seed(0)
x = torch.rand(1200, 3) * 4 - 2
y = torch.sin(x[:, 0]) + 0.5 * x[:, 1] + 0.1 * torch.randn(1200)
rows = TensorDataset(x, y)
some = DataLoader(Subset(rows, torch.randperm(1200)[:900].tolist()), 30, shuffle=True)
all_rows = DataLoader(rows, 400)
model = nn.Sequential(nn.Linear(3, 32), nn.Tanh(), nn.Linear(32, 1), nn.Flatten(0))
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(10):
    model.train()
    for a, b in some:
        optimizer.zero_grad()
        nn.functional.mse_loss(model(a), b).backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        for a, b in all_rows:
            error = nn.functional.mse_loss(model(a), b).item()
    print(epoch, error)
