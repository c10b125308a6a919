"""Right: gradient surgery: each task's gradient is collected and cleared, conflicts are projected out, then one step."""

import torch
from torch import nn
from torch.nn.utils import parameters_to_vector

torch.manual_seed(5)
torch.set_num_threads(1)


def collect(module):
    flat = parameters_to_vector([getattr(p, "grad") for p in module.parameters()]).clone()  # noqa: B009
    module.zero_grad()
    return flat


def install(module, flat):
    start = 0
    for p in module.parameters():
        setattr(p, "grad", flat[start : start + p.numel()].view_as(p).clone())  # noqa: B010
        start += p.numel()


x = torch.randn(400, 6)
targets = [x[:, :1] + x[:, 1:2], (x[:, :1] - x[:, 2:3]).tanh()]
shared = nn.Sequential(nn.Linear(6, 24), nn.Tanh(), nn.Linear(24, 2))
optimizer = torch.optim.Adam(shared.parameters(), lr=2e-3)
for step in range(80):
    rows = torch.randint(0, 400, (40,))
    flats, losses = [], []
    for task, target in enumerate(targets):
        loss = nn.functional.mse_loss(shared(x[rows])[:, task : task + 1], target[rows])
        loss.backward()
        flats.append(collect(shared))
        losses.append(loss.item())
    first, second = flats
    if (overlap := first @ second) < 0:
        first, second = first - overlap / (second @ second) * second, second - overlap / (first @ first) * first
    install(shared, first + second)
    optimizer.step()
    if step % 20 == 0:
        print(step, [round(value, 4) for value in losses])
