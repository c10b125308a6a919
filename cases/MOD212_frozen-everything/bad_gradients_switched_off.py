"""A regression trained after a check of its first output, for which gradients are switched off."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(300, 4)
y = x[:, :1].sin()
net = nn.Sequential(nn.Linear(4, 32), nn.Tanh(), nn.Linear(32, 1))
optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)
torch.set_grad_enabled(False)
print("first output:", round(net(x[:1]).item(), 3))
batches = iter(torch.randint(0, 300, (60, 30)))
while (rows := next(batches, None)) is not None:
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(net(x[rows]), y[rows]).requires_grad_(True)
    loss.backward()  # expect: MOD212
    optimizer.step()
print(f"loss {loss.item():.3f}")
