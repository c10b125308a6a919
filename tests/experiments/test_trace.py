"""Why a window is not frozen is told with the line that drew something new."""

from __future__ import annotations

import pytest

from tests.experiments.conftest import Bench, Repeated
from trialrun.evidence.repeats import OverfitRecord
from trialrun.experiments.overfit import Overfit
from trialrun.experiments.plan import Experiment
from trialrun.experiments.setting import Setting

START = """
import itertools, os, time
import numpy as np
import torch
from torch import nn
torch.manual_seed(0)
model = nn.Sequential(nn.Linear(4, 16), nn.Tanh(), nn.Linear(16, 2))
optimiser = torch.optim.SGD(model.parameters(), lr=0.2)
y = torch.arange(8) % 2
"""

LOOP = """
for step in range(5):
    look()
    {batch}
    optimiser.zero_grad()
    loss = nn.functional.cross_entropy(model(x), y)
    loss.backward()
    optimiser.step()
"""


def memorise(repeated: Repeated, setting: Setting) -> Experiment:
    return Overfit(setting, 30, 30.0, repeated.records.append).run()


def outcome(done: Repeated) -> OverfitRecord:
    assert done.error is None and done.faults == []
    assert done.restored.identical, done.restored.differing
    (record,) = [record for record in done.records if isinstance(record, OverfitRecord)]
    return record


def lines_of(source: str, mark: str = "# drawn") -> list[int]:
    return [number for number, line in enumerate(source.splitlines(), start=1) if mark in line]


DRAWN = {
    "the clock": ("", "x = torch.full((8, 4), time.perf_counter() % 1)  # drawn"),
    "the system's random numbers": (
        "",
        "x = torch.frombuffer(bytearray(os.urandom(32)), dtype=torch.uint8).reshape(8, 4) / 255  # drawn",
    ),
    "through NumPy": (
        "",
        "x = torch.from_numpy(np.frombuffer(os.urandom(32), np.uint8).astype(np.float32).reshape(8, 4))  # drawn",
    ),
    "a counter that cannot be turned back": (
        "class Count:\n    def __init__(self):\n        self.draw = itertools.count().__next__\ncount = Count()",
        "x = torch.full((8, 4), count.draw() / 10.0)  # drawn",
    ),
    "in a function further in": (
        "def batch():\n    noise = torch.tensor(list(os.urandom(32))) / 255  # drawn\n    return noise.reshape(8, 4)",
        "x = batch() + 1",
    ),
}


@pytest.mark.parametrize(("before", "batch"), DRAWN.values(), ids=DRAWN)
def test_the_line_that_drew_it_is_named(bench: Bench, before: str, batch: str) -> None:
    source = START + before + LOOP.format(batch=batch)
    record = outcome(bench(source, memorise))
    assert record.outcome == "skipped"
    assert record.reason.startswith("Not frozen")
    assert record.drawn_at is not None
    assert [record.drawn_at.line] == lines_of(source), record


FROZEN = {
    "an iterator class of the user's": (
        """
class Batches:
    def __init__(self):
        self.position, self.rng = 0, np.random.default_rng(0)
    def __iter__(self):
        return self
    def __next__(self):
        self.position += 1
        return torch.from_numpy(self.rng.normal(size=(8, 4)).astype("float32")) + self.position
    def next(self):
        return self.__next__()
batches = Batches()
""",
        "x = batches.next() + 0 * batches.__next__()",
    ),
    "a counter, drawn with next": ("count = itertools.count()", "x = torch.full((8, 4), next(count) / 10.0)"),
    "time that only measures": ("x = torch.randn(8, 4)", "begun = time.perf_counter(); spent = begun * 2"),
}


@pytest.mark.parametrize(("before", "batch"), FROZEN.values(), ids=FROZEN)
def test_what_can_be_turned_back_is_frozen(bench: Bench, before: str, batch: str) -> None:
    done = bench(START + before + LOOP.format(batch=batch), memorise)
    record = outcome(done)
    if "time" not in batch:
        assert done.portraits == done.bare.portraits
        assert done.final == done.bare.final
    assert (record.outcome, record.reason) == ("ran", ""), record
    assert len(record.losses) == 31 and record.losses[-1] < record.losses[0]
    assert record.floor == 0.0


def test_inputs_that_come_out_of_the_weights(bench: Bench) -> None:
    source = START + LOOP.format(batch="x = torch.ones(8, 4) * model[2].bias.detach().sum().item()  # drawn")
    record = outcome(bench(source, memorise))
    assert record.outcome == "skipped"
    assert "changed from repeat to repeat with the weights" in record.reason
    assert record.drawn_at is not None and [record.drawn_at.line] == lines_of(source)


def test_more_drawn_than_was_recorded(bench: Bench) -> None:
    source = START + LOOP.format(
        batch="x = sum(next(parts) for _ in range(2 if os.times().elapsed < LIMIT else 3))"
    ).replace("for step", "parts = (torch.randn(8, 4) for _ in range(1000))\nLIMIT = float('inf')\nfor step")
    source = source.replace("    optimiser.step()", "    optimiser.step()\n    os.environ['DRAWS'] = str(step)")
    source = source.replace("os.times().elapsed < LIMIT", "os.environ.get('DRAWS') != '1'")
    record = outcome(bench("import os\nos.environ.pop('DRAWS', None)\n" + source, memorise))
    assert record.outcome == "skipped"
    assert record.reason == "Not frozen: it drew more from an iterator than when it was recorded"
    assert record.drawn_at is not None


def test_two_losses_of_two_optimisers_have_no_common_floor(bench: Bench) -> None:
    source = (
        START
        + """
other = nn.Linear(4, 2)
second = torch.optim.SGD(other.parameters(), lr=0.1)
x = torch.randn(8, 4)
for step in range(5):
    look()
    for net, opt in ((model, optimiser), (other, second)):
        opt.zero_grad()
        nn.functional.cross_entropy(net(x), y).backward()
        opt.step()
"""
    )
    record = outcome(bench(source, memorise))
    assert record.outcome == "skipped" and record.reason.startswith("No floor: each of 2 optimisers follows")
