"""Right though unusual: a snapshot is restored, and the rate halved, whenever a step has spoilt the weights."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)


class Guarded:
    def __init__(self, net, lr):
        self.net = net
        self.optimizer = torch.optim.SGD(net.parameters(), lr=lr)
        self.saved = self.snapshot()

    def snapshot(self):
        return [p.detach().clone() for p in self.net.parameters()]

    def step(self, loss):
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        if all(torch.isfinite(p).all() for p in self.net.parameters()):
            self.saved = self.snapshot()
            return True
        with torch.no_grad():
            for parameter, good in zip(self.net.parameters(), self.saved, strict=True):
                parameter.copy_(good)
        for group in self.optimizer.param_groups:
            group["lr"] *= 0.9
        return False


# distances between measured places; some pairs are the same place twice
left = torch.randn(400, 3)
right = torch.randn(400, 3)
right[7::90] = left[7::90]
wanted = (left - right).norm(dim=1) * 0.5
net = nn.Linear(3, 2, bias=False)
guarded = Guarded(net, lr=0.05)
for epoch in range(6):
    skipped = 0
    for rows in torch.arange(400).split(20):
        distance = (net(left[rows]) - net(right[rows])).pow(2).sum(1).sqrt()
        loss = (distance - wanted[rows]).pow(2).mean()
        skipped += not guarded.step(loss)
    print(f"{epoch}: {loss.item():.3f}, {skipped} steps undone")
