"""Right though unusual: a hook takes statistics of gradients by views, and notes those that do not lie in one piece."""

from collections import Counter

import torch
from torch import nn


class GradientStatistics:
    def __init__(self, model):
        self.layouts, self.largest = Counter(), {}
        self.handles = [p.register_hook(self.watch(name)) for name, p in model.named_parameters()]

    def watch(self, name):
        def hook(gradient):
            rows = gradient.t() if gradient.dim() == 2 else gradient
            try:
                flat = rows.view(-1)
            except RuntimeError as error:
                self.layouts[type(error).__name__] += 1
                flat = rows.flatten()
            else:
                self.layouts["in one piece"] += 1
            self.largest[name] = max(self.largest.get(name, 0.0), flat.abs().max().item())

        return hook

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for handle in self.handles:
            handle.remove()


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.rand(300, 3) * 2 - 1
y = torch.sin(3 * x[:, :1]) + x[:, 1:2] * x[:, 2:]
model = nn.Sequential(nn.Linear(3, 32), nn.Tanh(), nn.Linear(32, 8), nn.Tanh(), nn.Linear(8, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
with GradientStatistics(model) as statistics:
    for epoch in range(10):
        for rows in torch.randperm(256).split(32):
            loss = (model(x[rows]) - y[rows]).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
print(dict(statistics.layouts), {k: round(v, 3) for k, v in statistics.largest.items()})
with torch.no_grad():
    print("held out", (model(x[256:]) - y[256:]).square().mean().item())
