"""Right though unusual: after each epoch the channel whose loss costs least on pruning rows is masked for good.

The mask is a buffer; a third set of rows, seen by neither, says how good the network is.
"""

import torch
from torch import nn


class Masked(nn.Module):
    def __init__(self, channels=16):
        super().__init__()
        self.conv = nn.Conv1d(1, channels, 5, padding=2)
        self.norm = nn.BatchNorm1d(channels)
        self.head = nn.Linear(channels, 3)
        self.register_buffer("mask", torch.ones(channels))

    def forward(self, x):
        h = self.norm(self.conv(x)).relu().amax(2)
        return self.head(h * self.mask)


class Pruner:
    def __init__(self, model, rows, labels):
        self.model, self.rows, self.labels = model, rows, labels

    @torch.no_grad()
    def __call__(self):
        self.model.eval()
        costs = torch.full_like(self.model.mask, float("inf"))
        for channel in self.model.mask.nonzero().flatten().tolist():
            self.model.mask[channel] = 0
            costs[channel] = nn.functional.cross_entropy(self.model(self.rows), self.labels)
            self.model.mask[channel] = 1
        self.model.mask[costs.argmin()] = 0
        return costs.min().item()


torch.manual_seed(0)
torch.set_num_threads(1)
y = torch.randint(3, (480,))
time = torch.arange(24) / 24
x = torch.sin((y[:, None] + 1) * 6.3 * time + torch.rand(480, 1)).unsqueeze(1) + 0.2 * torch.randn(480, 1, 24)
model = Masked()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
prune = Pruner(model, x[320:400], y[320:400])
for epoch in range(5):
    model.train()
    for rows in torch.randperm(320).split(40):
        loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    cost = prune()
    with torch.no_grad():
        accuracy = (model(x[400:]).argmax(1) == y[400:]).float().mean().item()
    print(f"epoch {epoch}: {int(model.mask.sum())} channels, cost {cost:.3f}, accuracy {accuracy:.2f}")
