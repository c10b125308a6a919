"""Fine-tuning a small pretrained network with its averages and dropout fixed: eval mode throughout."""

import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(5, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Dropout(0.1), nn.Linear(32, 2))
x = torch.randn(400, 5)
y = (x[:, 0] * x[:, 1] > 0).long()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
model.train()
for rows in torch.randperm(320).split(40):
    loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
model.eval()
for epoch in range(4):
    for rows in torch.randperm(320).split(40):
        refined = nn.functional.cross_entropy(model(x[rows]), y[rows])
        optimizer.zero_grad()
        refined.backward()
        optimizer.step()
    with torch.no_grad():
        print(epoch, (model(x[320:]).argmax(1) == y[320:]).float().mean().item())
