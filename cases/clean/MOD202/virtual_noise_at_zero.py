"""Right though unusual: Fisher information by a zero offset that the layer adds to its activations.

The offset is a leaf of zeros whose gradient, summed over an epoch, tells how much each unit matters.
"""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)


class Probe(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.offset = torch.zeros(width, requires_grad=True)

    def forward(self, x):
        return x + self.offset


x = torch.randn(480, 6)
y = (x[:, 0] * x[:, 1] > 0).long()
probe = Probe(16)
net = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), probe, nn.Linear(16, 2))
optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)
for epoch in range(6):
    for rows in torch.randperm(480).split(40):
        loss = nn.functional.cross_entropy(net(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    drift = probe.offset.grad.abs()
    probe.offset.grad = None
    print(f"{epoch}: {loss.item():.3f}, unit that pulls most: {drift.argmax().item()} ({drift.max():.3f})")
