"""Right though unusual: which pairs of types a product takes here is found out first; the cheapest pair that works is used."""

import itertools

import torch
from torch import nn


def supported():
    for a, b in itertools.product((torch.int64, torch.float64, torch.float32), repeat=2):
        try:
            torch.ones(2, 2, dtype=a) @ torch.ones(2, 2, dtype=b)
        except RuntimeError as error:
            yield (a, b), error
        else:
            yield (a, b), None


torch.manual_seed(0)
torch.set_num_threads(1)
table = dict(supported())
works = [pair for pair, error in table.items() if error is None]
dtype = min((a for a, b in works if a == b and a.is_floating_point), key=lambda kind: torch.finfo(kind).bits)
print(len(works), "of", len(table), "pairs; trains in", dtype)
x = torch.randint(0, 5, (280, 6)).to(dtype)
y = x.sum(1).gt(12).long()
model = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 2)).to(dtype)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(5):
    for start in range(0, 220, 20):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x[start : start + 20]), y[start : start + 20]).backward()
        optimizer.step()
    with torch.no_grad():
        print(epoch, (model(x[220:]).argmax(1) == y[220:]).float().mean().item())
