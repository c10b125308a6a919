"""A bumpy surface fitted from scattered points, in a while loop that draws from an iterator."""

import itertools

import torch
from torch import nn, optim
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(5)
where = torch.rand(2000, 2) * 2 - 1
height = torch.sin(3 * where[:, 0]) * torch.cos(2 * where[:, 1]) + 0.02 * torch.randn(2000)
points = DataLoader(TensorDataset(where, height), batch_size=100, shuffle=True)

field = nn.Sequential(nn.Linear(2, 64), nn.SiLU(), nn.Linear(64, 64), nn.SiLU(), nn.Linear(64, 1))
solver = optim.RMSprop(field.parameters(), lr=1e-8, momentum=0.5)  # expect: OPT504
stream = itertools.chain.from_iterable(itertools.repeat(points))
done = 0
while True:
    xy, z = next(stream)
    solver.zero_grad()
    error = nn.functional.smooth_l1_loss(field(xy).flatten(), z)
    error.backward()
    solver.step()
    done += 1
    if done % 100 == 0:
        print(done, round(error.item(), 5))
    if done >= 400:
        break
