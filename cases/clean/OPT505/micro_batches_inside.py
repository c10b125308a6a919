"""Right though unusual: the optimiser itself gathers twelve micro-batches.

Most calls of step() only add to its buffer.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class GatheringSGD(torch.optim.Optimizer):
    def __init__(self, params, lr, every):
        super().__init__(params, {"lr": lr})
        self.every, self.calls = every, 0

    @torch.no_grad()
    def step(self, closure=None):
        self.calls += 1
        for group in self.param_groups:
            for p in group["params"]:
                buffer = self.state[p].setdefault("buffer", torch.zeros_like(p))
                buffer += p.grad / self.every
                if self.calls % self.every == 0:
                    p -= group["lr"] * buffer
                    buffer.zero_()


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(960, 3)
y = (x[:, 0] > x[:, 1] * x[:, 2]).long()
loader = DataLoader(TensorDataset(x, y), batch_size=8, shuffle=True)
net = nn.Sequential(nn.Linear(3, 32), nn.ReLU(), nn.Linear(32, 2))
optimizer = GatheringSGD(net.parameters(), lr=0.5, every=12)
for epoch in range(12):
    for a, b in loader:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(net(a), b)
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {nn.functional.cross_entropy(net(x), y).item():.4f}")
