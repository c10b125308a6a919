"""LBFGS on all the data with a strong-Wolfe search; noisy targets."""

import torch
from torch import nn

torch.manual_seed(0)
x = torch.randn(100, 3)
y = x[:, :1] ** 2 + torch.randn(100, 1)
net = nn.Sequential(nn.Linear(3, 20), nn.Tanh(), nn.Linear(20, 1))
opt = torch.optim.LBFGS(net.parameters(), lr=1, max_iter=10, line_search_fn="strong_wolfe")
for i in range(20):

    def closure():
        opt.zero_grad()
        loss = nn.functional.mse_loss(net(x), y)
        loss.backward()
        return loss

    print(i, opt.step(closure).item())
