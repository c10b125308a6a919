"""Right though unusual: one optimiser for each layer that has weights; the others are skipped by the exception."""

import contextlib

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
model = nn.Sequential(nn.Linear(3, 16), nn.ReLU(), nn.LayerNorm(16), nn.Linear(16, 16), nn.GELU(), nn.Linear(16, 1))
optimizers = []
for depth, layer in enumerate(model):
    with contextlib.suppress(ValueError):
        optimizers.append(torch.optim.Adam(layer.parameters(), lr=1e-2 * 0.8 ** (len(model) - depth)))
print(len(optimizers), "optimisers for", len(model), "layers")
x = torch.rand(300, 3)
y = (x.prod(1, keepdim=True) * 8).log1p()
for step, rows in enumerate(torch.randint(0, 240, (60, 24))):
    loss = nn.functional.smooth_l1_loss(model(x[rows]), y[rows])
    for optimizer in optimizers:
        optimizer.zero_grad(set_to_none=True)
    loss.backward()
    for optimizer in optimizers:
        optimizer.step()
    if step % 20 == 0:
        with torch.no_grad():
            print(step, nn.functional.smooth_l1_loss(model(x[240:]), y[240:]).item())
