"""Right though unusual: metrics are computed in a worker thread; those the labels do not suit keep their exception."""

from concurrent.futures import ThreadPoolExecutor

import torch
from torch import nn

METRICS = {
    "cross entropy": lambda p, y: nn.functional.cross_entropy(torch.cat([torch.zeros_like(p), p], 1), y[:, 0]),
    "binary": nn.functional.binary_cross_entropy_with_logits,
    "several margins": lambda p, y: nn.functional.multi_margin_loss(torch.cat([-p, p], 1), y[:, 0]),
}
torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.rand(300, 3)
y = (x.prod(1, keepdim=True) > 0.1).float()
model = nn.Sequential(nn.Linear(3, 16), nn.ReLU(), nn.Linear(16, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=2e-2)
with ThreadPoolExecutor(1) as pool:
    for epoch in range(6):
        for rows in torch.randperm(240).split(24):
            loss = nn.functional.binary_cross_entropy_with_logits(model(x[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            outputs = model(x[240:])
        futures = {name: pool.submit(metric, outputs, y[240:]) for name, metric in METRICS.items()}
        errors = {name: future.exception() for name, future in futures.items()}
        print(epoch, {n: f"no: {type(e).__name__}" if e else futures[n].result().item() for n, e in errors.items()})
