"""Right though unusual: Adam trains with dropout, then L-BFGS polishes without it, by one closure.

A line search needs a loss that is the same at every call, so dropout must be off for L-BFGS.
"""

import math

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
t = torch.rand(256, 1) * 4
u = torch.exp(-0.3 * t) * torch.sin(2 * math.pi * t / 2)
net = nn.Sequential(nn.Linear(1, 48), nn.Tanh(), nn.Dropout(0.02), nn.Linear(48, 48), nn.Tanh(), nn.Linear(48, 1))
adam = torch.optim.Adam(net.parameters(), lr=5e-3)
lbfgs = torch.optim.LBFGS(net.parameters(), lr=0.5, max_iter=5, history_size=20, line_search_fn="strong_wolfe")
plan = [(adam, True)] * 40 + [(lbfgs, False)] * 20


def report(step):
    was = net.training
    net.eval()
    with torch.no_grad():
        print(f"{step}: {nn.functional.mse_loss(net(t[200:]), u[200:]).item():.5f}")
    net.train(was)


for step, (optimizer, noisy) in enumerate(plan):
    net.train(noisy)

    def closure(optimizer=optimizer):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(net(t[:200]), u[:200])
        loss.backward()
        return loss

    optimizer.step(closure)
    if step % 10 == 9:
        report(step)
