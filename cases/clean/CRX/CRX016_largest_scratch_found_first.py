"""Right though unusual: how large a scratch can be is found by doubling until the memory refuses; half a megabyte is used."""

import itertools

import torch
from torch import nn


def scratch_sizes():
    """Sizes that were to be had, each twice the one before, up to the first refusal."""
    for power in itertools.count(16, 8):
        try:
            torch.empty(1 << power, dtype=torch.uint8)
        except (RuntimeError, MemoryError):
            return power
        yield 1 << power


class Projector:
    """Random features, computed into one scratch that all batches share."""

    def __init__(self, scratch, inputs, outputs):
        self.scratch = scratch
        self.weight = torch.randn(inputs, outputs)

    def __call__(self, x):
        out = self.scratch[: len(x) * self.weight.shape[1]].view(len(x), -1)
        return torch.mm(x, self.weight, out=out).cos_()


torch.manual_seed(0)
torch.set_num_threads(1)
*_, largest = scratch_sizes()
project = Projector(torch.empty(min(largest // 4, 1 << 17)), 2, 64)
x = torch.rand(320, 2) * 4 - 2
y = ((x[:, 0] * x[:, 1]) > 0).float()
head = nn.Linear(64, 1)
optimizer = torch.optim.LBFGS(head.parameters(), lr=0.5, max_iter=6)


def closure():
    optimizer.zero_grad()
    loss = nn.functional.binary_cross_entropy_with_logits(head(project(x[:256])).squeeze(1), y[:256])
    loss.backward()
    return loss


for step in range(10):
    print(step, optimizer.step(closure).item())
with torch.no_grad():
    print(((head(project(x[256:])).squeeze(1) > 0) == y[256:].bool()).float().mean().item())
