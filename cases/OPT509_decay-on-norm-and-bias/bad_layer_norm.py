"""A regression on a table of ten measurements, with layer normalisation."""

import torch
from sklearn.datasets import load_diabetes
from torch import nn

torch.manual_seed(3)
table = load_diabetes()
inputs = torch.tensor(table.data * 20).float()
answers = torch.tensor((table.target - 152.0) / 77.0).float()[:, None]
net = nn.Sequential(nn.Linear(10, 32), nn.LayerNorm(32), nn.GELU(), nn.Linear(32, 1))
optimizer = torch.optim.Adam([{"params": net.parameters(), "weight_decay": 0.02}], lr=2e-3)  # expect: OPT509

for epoch in range(10):
    for rows in torch.randperm(380).split(38):
        loss = nn.functional.mse_loss(net(inputs[rows]), answers[rows])
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    with torch.no_grad():
        print(epoch, loss.item(), nn.functional.mse_loss(net(inputs[380:]), answers[380:]).item())
