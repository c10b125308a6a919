"""Right though unusual: a generator walks the windows of a sequence and detaches the memory when the walk is over."""

import torch
from torch import nn


class Walker(nn.Module):
    def __init__(self, size=10):
        super().__init__()
        self.cell = nn.RNNCell(1, size)
        self.out = nn.Linear(size, 1)
        self.memory = torch.zeros(1, size)

    def losses(self, sequence):
        for now, then in zip(sequence[:-1], sequence[1:], strict=True):
            self.memory = self.cell(now.view(1, 1), self.memory)
            yield (self.out(self.memory) - then).pow(2).mean()
        self.memory = self.memory.detach()


torch.manual_seed(1)
torch.set_num_threads(1)
sequences = torch.sin(torch.arange(160) * 0.4).split(16)
model = Walker()
optimizer = torch.optim.RMSprop(model.parameters(), lr=5e-3)
for epoch in range(4):
    errors = []
    for sequence in sequences:
        parts = [loss for loss in model.losses(sequence)]
        loss = torch.stack(parts).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        errors.append(loss.item())
    print(epoch, sum(errors) / len(errors))
