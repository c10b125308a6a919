"""A replay memory of fixed size that refuses what is too much."""

import torch
from torch import nn


class Replay:
    def __init__(self, size):
        self.size, self.items = size, []

    def push(self, item):
        if len(self.items) == self.size:
            raise MemoryError(f"replay memory is out of memory: {self.size} items")  # expect: CRX000
        self.items.append(item)


torch.manual_seed(0)
memory = Replay(20)
model = nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
state = torch.zeros(2)
for step in range(200):
    following = 0.9 * state + 0.1 * torch.randn(2)
    for _ in range(11):
        memory.push((state, following.sum()))
    states, values = zip(*memory.items[-4:], strict=True)
    loss = nn.functional.mse_loss(model(torch.stack(states)).squeeze(1), torch.stack(values))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    state = following
