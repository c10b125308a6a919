"""The comparison that the other tests rest on sees each thing that a repeat could leave behind."""

from __future__ import annotations

import sys

import pytest

from tests.experiments.portrait import Portrait, portrait

START = """
import random, torch, numpy
from collections import deque
model = torch.nn.Linear(2, 2)
model(torch.ones(1, 2)).sum().backward()
optimiser = torch.optim.Adam(model.parameters())
optimiser.step()
held = model.weight.grad
view = model.weight.data
generator = torch.Generator()
numbers = numpy.random.default_rng(0)
own = random.Random(0)
history = deque([1, 2])
table = numpy.zeros(2)
count = 0
def outer():
    calls = 0
    def inner():
        nonlocal calls
        calls += 1
    return inner
inner = outer()
class Meter:
    made = 0
"""

CHANGES = {
    "one bit": "model.weight.data[0, 0] = torch.nextafter(model.weight[0, 0], torch.tensor(9.0)).item()",
    "sign of zero": "table[0] = -0.0",
    "version": "with torch.no_grad(): model.weight.mul_(1.0)",
    "gradient exchanged": "model.weight.grad = model.weight.grad.clone()",
    "gradient gone": "model.weight.grad = None",
    "memory exchanged": "model.weight.data = model.weight.data.clone()",
    "state gone": "optimiser.state.pop(model.bias)",
    "state exchanged": "optimiser.state[model.bias]['exp_avg'] = 0",
    "count of steps": "optimiser.state[model.bias]['step'] += 1",
    "rate": "optimiser.param_groups[0]['lr'] *= 2",
    "mode": "model.eval()",
    "frozen": "model.bias.requires_grad_(False)",
    "torch's generator": "torch.rand(1)",
    "NumPy's generator": "numpy.random.rand()",
    "Python's generator": "random.random()",
    "a generator of torch's": "torch.rand(1, generator=generator)",
    "a generator of NumPy's": "numbers.random()",
    "a generator of Python's": "own.random()",
    "a deque": "history.append(history.popleft())",
    "a counter": "count += 1",
    "a closure's counter": "inner()",
    "a class's counter": "Meter.made += 1",
    "a new name": "extra = None",
}


def taken(change: str) -> Portrait:
    names: dict[str, object] = {"__name__": "program"}
    exec(compile(f"{START}{change}\nimport sys\nframe = sys._getframe()", "program.py", "exec"), names)
    frame = names.pop("frame")
    assert isinstance(frame, type(sys._getframe()))
    return portrait(frame)


@pytest.fixture(autouse=True)
def _seeds() -> None:
    import random

    import numpy
    import torch

    random.seed(0)
    numpy.random.seed(0)
    torch.manual_seed(0)


@pytest.mark.parametrize("change", ["", *CHANGES.values()], ids=["nothing", *CHANGES])
def test_each_change_is_seen(change: str) -> None:
    import random

    import numpy
    import torch

    plain = taken("")
    random.seed(0)
    numpy.random.seed(0)
    torch.manual_seed(0)
    assert (taken(change) == plain) == (not change)
