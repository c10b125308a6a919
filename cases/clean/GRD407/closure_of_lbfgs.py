"""Right: the closure of LBFGS clips what it has just computed, at every evaluation."""

import torch
from torch import nn

torch.manual_seed(2)
torch.set_num_threads(1)
x = torch.linspace(-2, 2, 80).unsqueeze(1)
y = torch.sin(3 * x) * 3
net = nn.Sequential(nn.Linear(1, 20), nn.Tanh(), nn.Linear(20, 1))
optimizer = torch.optim.LBFGS(net.parameters(), lr=0.5, max_iter=8, history_size=10)


def closure():
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(net(x), y)
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 20.0)
    return loss


for round_ in range(12):
    loss = optimizer.step(closure)
    if round_ % 4 == 0:
        print(round_, f"{loss.item():.4f}")
