"""Right though unusual: the only loss is ramped up from 0 over 40 steps, so the first gradients are exactly 0."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
inputs = torch.randn(400, 4)
targets = inputs.abs().sum(1, keepdim=True) - 3
net = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 1))
optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)


def ramp(step, quiet=40, rise=60):
    return min(1.0, max(0, step - quiet) / rise)


def batches(number):
    for step in range(number):
        rows = torch.randint(0, 400, (40,))
        yield step, inputs[rows], targets[rows]


for step, x, y in batches(500):
    loss = nn.functional.mse_loss(net(x), y)
    optimizer.zero_grad()
    (ramp(step) * loss).backward()
    optimizer.step()
    if step % 100 == 0:
        print(f"step {step}: {loss.item():.4f}")
