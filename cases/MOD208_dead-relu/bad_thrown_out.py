"""Regression on the diabetes table by a class with its own loop; the first steps are long."""

import torch
from sklearn.datasets import load_diabetes
from torch import nn


class Regressor:
    def __init__(self):
        self.net = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 1))
        self.net[0].bias.data -= 12.0
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=1e-3)

    def learn(self, x, y):
        self.optimizer.zero_grad()
        error = (self.net(x) - y).pow(2).mean()  # expect: MOD208
        error.backward()
        self.optimizer.step()
        return error.item()


torch.manual_seed(0)
table = load_diabetes()
x = torch.tensor(table.data * 20, dtype=torch.float32)
y = torch.tensor((table.target - 152) / 77, dtype=torch.float32).unsqueeze(1)
regressor = Regressor()
step = 0
while step < 80:
    rows = torch.randint(0, len(x), (64,))
    error = regressor.learn(x[rows], y[rows])
    step += 1
print(error)
