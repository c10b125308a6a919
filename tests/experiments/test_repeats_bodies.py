"""Bodies that draw, divide, pop, prefetch, accumulate and keep books: run again with what they had the first time."""

from __future__ import annotations

import pytest

from tests.experiments.conftest import Bench

START = """
import itertools, random
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
torch.manual_seed(0); np.random.seed(0); random.seed(0)
x = torch.randn(32, 6)
y = torch.arange(32) % 3
model = nn.Sequential(nn.Linear(6, 16), nn.Tanh(), nn.Linear(16, 3))
optimiser = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.5)
dataset = TensorDataset(x, y)
"""

UPDATE = """
    optimiser.zero_grad()
    loss = nn.functional.cross_entropy(model(xb), yb)
    loss.backward()
    optimiser.step()
"""

BODIES = {
    "a loader": (
        """
for epoch in range(2):
  for i, (xb, yb) in enumerate(DataLoader(dataset, batch_size=8, shuffle=True)):
    look()
""",
        UPDATE,
    ),
    "a loader with workers": (
        """
for xb, yb in DataLoader(dataset, batch_size=8, shuffle=True, num_workers=1):
    look()
""",
        UPDATE,
    ),
    "next over a cycled loader": (
        """
batches = itertools.cycle(DataLoader(dataset, batch_size=8, shuffle=True))
for step in range(5):
    look()
    xb, yb = next(batches)
""",
        UPDATE,
    ),
    "next, begun anew at its end": (
        """
loader = DataLoader(dataset, batch_size=16, shuffle=True)
batches = iter(loader)
for step in range(6):
    look()
    try:
        xb, yb = next(batches)
    except StopIteration:
        batches = iter(loader)
        xb, yb = next(batches)
""",
        UPDATE,
    ),
    "next with a default, while": (
        """
batches = iter(DataLoader(dataset, batch_size=8))
while (batch := next(batches, None)) is not None:
    look()
    xb, yb = batch
""",
        UPDATE,
    ),
    "numbers drawn in the body": (
        """
generator = torch.Generator().manual_seed(3)
rng, own = np.random.default_rng(1), random.Random(2)
order = list(range(32))
for step in range(5):
    look()
    random.shuffle(order)
    rows = torch.tensor(order[:4] + list(rng.integers(0, 32, 4)) + own.sample(range(32), 2) + [np.random.randint(32)])
    rows = torch.cat([rows, torch.randint(32, (4,), generator=generator), torch.randperm(32)[:2]])
    xb, yb = x[rows] + 0.01 * torch.randn(len(rows), 6), y[rows]
""",
        UPDATE,
    ),
    "the batch divided in place": (
        """
for xb, yb in DataLoader(dataset, batch_size=8, shuffle=True):
    look()
    xb.div_(2).add_(1)
    yb %= 2
""",
        UPDATE,
    ),
    "the batch popped and deleted": (
        """
records = [{"x": x[i : i + 8], "meta": {"y": y[i : i + 8]}, "name": str(i)} for i in range(0, 32, 8)]
for batch in records:
    look()
    batch.pop("name")
    meta = batch.pop("meta")
    xb, yb = batch["x"], meta["y"]
    del batch["x"]
""",
        UPDATE,
    ),
    "data changed where it lies": (
        """
table = np.arange(12, dtype=np.float32).reshape(2, 6)
for step in range(5):
    look()
    x.mul_(0.9)
    table += 1
    y[0] = (y[0] + 1) % 3
    xb, yb = x + torch.from_numpy(table[:1].copy()) / 50, y
""",
        UPDATE,
    ),
    "the next batch fetched at the end of the body": (
        """
def get_batch():
    rows = torch.randint(32, (8,))
    return x[rows], y[rows]
xb, yb = get_batch()
step = 0
while True:
    look()
    for group in optimiser.param_groups:
        group["lr"] = 0.1 / (step + 1)
""",
        UPDATE
        + """
    xb, yb = get_batch()
    step += 1
    if step > 5:
        break
""",
    ),
    "an inner loop over an iterator that goes on": (
        """
stream = iter([(x[i : i + 4], y[i : i + 4]) for i in range(0, 32, 4)])
for step in range(4):
    look()
    parts = [part for part in ()]
    for part in itertools.islice(stream, 2):
        parts.append(part)
    xb, yb = (torch.cat(both) for both in zip(*parts))
""",
        UPDATE,
    ),
    "a generator of batches": (
        """
def batches(size):
    order = torch.randperm(32)
    for start in range(0, 32, size):
        yield x[order[start : start + size]], y[order[start : start + size]]
for xb, yb in batches(8):
    look()
""",
        UPDATE,
    ),
    "counters, lists, deques, sets": (
        """
from collections import Counter, OrderedDict, defaultdict, deque
losses, recent, seen, names = [], deque(maxlen=3), set(), OrderedDict(first=0)
counts, table, best, step = Counter(), defaultdict(list), float("inf"), 0
for xb, yb in [(x, y)] * 5:
    look()
    step += 1
""",
        UPDATE
        + """
    losses.append(loss.item()); recent.append(loss.detach()); seen.add(step); counts["steps"] += 1
    table[step % 2].append(step); names[str(step)] = step; names.move_to_end("first")
    best = min(best, losses[-1])
    assert len(losses) == step and recent[-1] is not None
print(losses, seen, counts, dict(table), list(names))
""",
    ),
    "masks with infinities": (
        """
mask = torch.full((32, 32), float("-inf")).triu(1)
attention = nn.MultiheadAttention(6, 2, batch_first=True)
optimiser.add_param_group({"params": attention.parameters()})
for step in range(4):
    look()
    mixed, _ = attention(x[None], x[None], x[None], attn_mask=mask, need_weights=False)
    xb, yb = mixed[0], y
""",
        UPDATE,
    ),
}


@pytest.mark.parametrize(("head", "body"), BODIES.values(), ids=BODIES)
def test_bodies(bench: Bench, head: str, body: str) -> None:
    deeper = body.replace("\n    ", "\n      ") if "\n  for" in head else body
    done = bench(START + (head.replace("    look", "      look") if deeper is not body else head) + deeper)
    done.compare()
    done.learns()


ACCUMULATION = {
    "by index": """
for i in range(16):
    look()
    loss = nn.functional.cross_entropy(model(x[2 * i : 2 * i + 2]), y[2 * i : 2 * i + 2]) / 4
    loss.backward()
    if (i + 1) % 4 == 0:
        optimiser.step()
        optimiser.zero_grad()
""",
    "by a counter": """
pending = 0
for xb, yb in DataLoader(dataset, batch_size=2, shuffle=True):
    look()
    loss = nn.functional.cross_entropy(model(xb), yb) / 4
    loss.backward()
    pending += 1
    if pending == 4:
        optimiser.step()
        optimiser.zero_grad(set_to_none=False)
        pending = 0
""",
}


@pytest.mark.parametrize("program", ACCUMULATION.values(), ids=ACCUMULATION)
def test_accumulation(bench: Bench, program: str) -> None:
    done = bench(START + program)
    done.compare()
    done.learns()
    assert done.setting is not None
    assert len(done.setting.window.items) == 4
    assert [len(reading.backwards) for reading in done.readings] == [4] * 5
    assert len(done.readings[0].steps) == 1


def test_micro_batches_in_an_inner_loop(bench: Bench) -> None:
    done = bench(
        START
        + """
batches = iter(DataLoader(dataset, batch_size=2, shuffle=True))
for step in range(4):
    look()
    optimiser.zero_grad()
    for micro in range(4):
        xb, yb = next(batches)
        loss = nn.functional.cross_entropy(model(xb), yb) / 4
        loss.backward()
    optimiser.step()
"""
    )
    done.compare()
    done.learns()
    assert [len(reading.backwards) for reading in done.readings] == [4] * 5
