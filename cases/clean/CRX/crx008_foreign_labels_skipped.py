"""Right though unusual: a second collection has codes of its own; batches that do not fit are counted and left out."""

import contextlib

import torch
from torch import nn


class Collection:
    def __init__(self, centres, count, seed, share_foreign=0.0):
        generator = torch.Generator().manual_seed(seed)
        self.labels = torch.randint(4, (count,), generator=generator)
        self.x = centres[self.labels] + torch.randn(count, 6, generator=generator)
        foreign = torch.rand(count, generator=generator) < share_foreign
        self.labels[foreign] = 40

    def batches(self, size):
        for start in range(0, len(self.x), size):
            yield self.x[start : start + size], self.labels[start : start + size]


@torch.no_grad()
def loss_on(model, collection):
    losses, left_out = [], 0
    for x, labels in collection.batches(10):
        try:
            losses.append(nn.functional.nll_loss(model(x).log_softmax(1), labels).item())
        except IndexError:
            left_out += 1
    return sum(losses) / max(len(losses), 1), left_out


torch.manual_seed(0)
torch.set_num_threads(1)
centres = 2 * torch.randn(4, 6)
own, other = Collection(centres, 400, 1), Collection(centres, 200, 2, share_foreign=0.05)
model = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 4))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
for epoch in range(8):
    order = torch.randperm(400)
    own.x, own.labels = own.x[order], own.labels[order]
    for x, labels in own.batches(40):
        optimizer.zero_grad()
        loss = nn.functional.nll_loss(model(x).log_softmax(1), labels)
        loss.backward()
        optimizer.step()
    mean, left_out = loss_on(model, other)
    print(f"epoch {epoch}: {mean:.3f} on the other collection, {left_out} batches left out")

with contextlib.suppress(IndexError):
    print("all at once:", nn.functional.cross_entropy(model(other.x), other.labels).item())
