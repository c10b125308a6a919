"""Right though unusual: delayed synchronisation. The optimiser holds masters and reads the worker's gradients itself.

The worker gets the new weights every SYNC steps, as over a slow network.
"""

import torch
from torch import nn

SYNC = 20
torch.manual_seed(0)
torch.set_num_threads(1)


class RemoteSGD(torch.optim.Optimizer):
    """Steps its own masters by gradients read from another model's parameters."""

    def __init__(self, masters, sources, lr):
        super().__init__(masters, {"lr": lr})
        self.sources = list(sources)

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for master, source in zip(group["params"], self.sources, strict=True):
                master.sub_(source.grad, alpha=group["lr"])

    @torch.no_grad()
    def send(self):
        for master, source in zip(self.param_groups[0]["params"], self.sources, strict=True):
            source.copy_(master)


x = torch.randn(500, 6)
y = (x[:, 0] + x[:, 1] > 0).long()
worker = nn.Sequential(nn.Linear(6, 16), nn.Tanh(), nn.Linear(16, 2))
masters = [nn.Parameter(p.detach().clone()) for p in worker.parameters()]
optimizer = RemoteSGD(masters, worker.parameters(), lr=0.02)
for step in range(1, 201):
    rows = torch.randint(0, 500, (50,))
    loss = nn.functional.cross_entropy(worker(x[rows]), y[rows])
    worker.zero_grad()
    loss.backward()
    optimizer.step()
    if step % SYNC == 0:
        optimizer.send()
        print(f"{step}: {loss.item():.3f}")
