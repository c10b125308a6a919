"""Right though unusual: weights and optimiser are put aside in a file while rates are tried, and then put back."""

import torch
from torch import nn

torch.manual_seed(9)
x = torch.randn(256, 8)
y = (x.sum(1) > 0).long()
model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)
torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict()}, "before_search.pt")
losses = []
for power in range(6):
    for group in optimizer.param_groups:
        group["lr"] = 10.0 ** (power / 2 - 4)
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(x[:64]), y[:64])
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
before = torch.load("before_search.pt")
model.load_state_dict(before["model"])
optimizer.load_state_dict(before["optimizer"])
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=6)
for group in optimizer.param_groups:
    group["lr"] = group["initial_lr"] = 0.01
for epoch in range(6):
    for rows in torch.randperm(256).split(32):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
    scheduler.step()
torch.save(model.state_dict(), "final.pt")
print(loss.item())
