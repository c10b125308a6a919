"""Right though unusual: a study of stale gradients; a worker asks for the server's weights once in 25 batches.

The server has an optimiser of its own kind, with inboxes in place of `.grad`.
"""

import copy
from collections import deque

import torch
from torch import nn


class Server(torch.optim.Optimizer):
    """Momentum over mail: gradients arrive in an inbox, as lists in the order of the parameters."""

    def __init__(self, params, lr):
        super().__init__(params, {"lr": lr})
        self.inbox = deque()

    @torch.no_grad()
    def step(self, closure=None):
        while self.inbox:
            letter = iter(self.inbox.popleft())
            for group in self.param_groups:
                for p in group["params"]:
                    velocity = self.state[p].setdefault("velocity", torch.zeros_like(p))
                    velocity.mul_(0.5).add_(next(letter))
                    p.sub_(group["lr"] * velocity)


class Worker:
    def __init__(self, model, server, every):
        self.local, self.master = copy.deepcopy(model), model
        self.server, self.every, self.count = server, every, 0

    def batch(self, x, y):
        if self.count and self.count % self.every == 0:
            self.local.load_state_dict(self.master.state_dict())
        self.count += 1
        self.local.zero_grad()
        loss = nn.functional.cross_entropy(self.local(x), y)
        loss.backward()
        self.server.inbox.append([p.grad.clone() for p in self.local.parameters()])
        return loss.item()


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(600, 8)
y = (x[:, 0] + x[:, 1] > 0).long() + (x[:, 2] > 1).long()
model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 3))
server = Server(model.parameters(), lr=0.01)
worker = Worker(model, server, every=25)
for epoch in range(25):
    losses = []
    for rows in torch.randperm(600).split(60):
        losses.append(worker.batch(x[rows], y[rows]))
        server.step()
    if epoch % 5 == 4:
        print(f"epoch {epoch}: {sum(losses) / len(losses):.3f}")
with torch.no_grad():
    print("accuracy", (model(x).argmax(1) == y).float().mean().item())
