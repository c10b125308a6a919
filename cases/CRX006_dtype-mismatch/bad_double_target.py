"""Predicts tomorrow's load from the last seven days; the table holds float64."""

import numpy as np
import torch

rng = np.random.default_rng(3)
torch.manual_seed(3)
days = rng.normal(size=(256, 7))
tomorrow = days @ np.linspace(0, 1, 7)[:, None]

X = torch.tensor(days, dtype=torch.float32)
y = torch.tensor(tomorrow)
net = torch.nn.Sequential(torch.nn.Linear(7, 16), torch.nn.Tanh(), torch.nn.Linear(16, 1))
opt = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)

step = 0
while step < 60:
    rows = torch.randint(0, len(X), (32,))
    opt.zero_grad()
    error = torch.nn.functional.mse_loss(net(X[rows]), y[rows])
    error.backward()  # expect: CRX006
    opt.step()
    step += 1
print("last error", error.item())
