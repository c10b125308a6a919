"""BatchNorm follows the data for one epoch and is frozen then, part by part; evaluation puts every mode back."""

import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(5, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Linear(32, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.02)
x = torch.randn(300, 5)
y = x[:, :1] * x[:, 1:2]
for epoch in range(6):
    model.train()
    if epoch > 0:
        for module in model.modules():
            if isinstance(module, nn.BatchNorm1d):
                module.eval()
    for rows in torch.randperm(240).split(40):
        loss = nn.functional.mse_loss(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    was_training = model.training
    model.eval()
    with torch.no_grad():
        print(epoch, nn.functional.mse_loss(model(x[240:]), y[240:]).item())
    model.train(was_training)
