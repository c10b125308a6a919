"""One function trains both phases; for the second one the whole network is put into eval mode right before."""

import torch
from torch import nn

torch.manual_seed(0)
x = torch.randn(400, 4)
y = x.sum(1, keepdim=True).sin()
model = nn.Sequential(nn.Linear(4, 40), nn.BatchNorm1d(40), nn.Tanh(), nn.Linear(40, 1))


def fit(epochs, optimizer):
    for _ in range(epochs):
        for rows in torch.randperm(320).split(32):
            loss = nn.functional.mse_loss(model(x[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def error():
    was = model.training
    model.eval()
    with torch.no_grad():
        value = nn.functional.mse_loss(model(x[320:]), y[320:]).item()
    model.train(was)
    return value


fit(3, torch.optim.Adam(model.parameters(), lr=5e-3))
print(error())
model.eval()
fit(3, torch.optim.SGD(model.parameters(), lr=1e-3))
print(error())
