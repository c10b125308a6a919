"""Loops in functions, methods, closures and classes; what the body writes and prints; conditions that turn false."""

from __future__ import annotations

import os

import pytest

from tests.experiments.conftest import Bench
from trialrun.stages.quiet import LOG

START = """
from random import SystemRandom
import torch
from torch import nn
torch.manual_seed(0)
x = torch.randn(12, 6)
y = torch.arange(12) % 3
def made():
    model = nn.Sequential(nn.Linear(6, 16), nn.Tanh(), nn.Linear(16, 3))
    return model, torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.5)
def update(model, optimiser):
    optimiser.zero_grad()
    loss = nn.functional.cross_entropy(model(x), y)
    loss.backward()
    optimiser.step()
    return loss
"""

PLACES = {
    "a function, its caller's locals": """
def train_epoch(model, optimiser, history, epoch):
    total = 0.0
    for step in range(5):
        look()
        loss = update(model, optimiser)
        total += loss.item()
        history.append((epoch, step, total))
    return total
def main():
    model, optimiser = made()
    history, best = [], float("inf")
    for epoch in range(2):
        best = min(best, train_epoch(model, optimiser, history, epoch))
    return history, best
print(main())
""",
    "a method": """
class Trainer:
    seen = 0
    def __init__(self):
        self.model, self.optimiser = made()
        self.step, self.log, self.state = 0, {"losses": []}, {}
        self.generator = torch.Generator().manual_seed(1)
        self.system = SystemRandom()  # has no state that could be kept
    def fit(self):
        while self.step < 6:
            look()
            self.training_step()
            Trainer.seen += 1
        return self
    def training_step(self):
        self.step += 1
        self.model[0].weight.data.add_(1e-4 * torch.randn(16, 6, generator=self.generator))
        self.log["losses"].append(update(self.model, self.optimiser).item())
        self.state = {**self.state, self.step: len(self.log["losses"])}
        self.last_loss = self.log["losses"][-1]
trainer = Trainer().fit()
print(trainer.log, trainer.state, Trainer.seen)
""",
    "a closure": """
def trainer(model, optimiser):
    calls, history = 0, []
    def step():
        nonlocal calls, history
        calls += 1
        history = history + [update(model, optimiser).item()]
        return calls
    def run():
        nonlocal calls
        for _ in range(5):
            look()
            assert step() <= 5
        return calls, history
    return run
print(trainer(*made())())
""",
    "slots, properties, a registry": """
class Meter:
    __slots__ = ("total", "count")
    instances = []
    def __init__(self):
        self.total, self.count = 0.0, 0
        Meter.instances.append(self)
    def add(self, value):
        self.total, self.count = self.total + value, self.count + 1
    @property
    def mean(self):
        return self.total / self.count
model, optimiser = made()
meter = Meter()
for step in range(5):
    look()
    meter.add(update(model, optimiser).item())
    last = Meter()
print(meter.mean, meter.count, len(Meter.instances))
""",
    "a global counter": """
import itertools
from types import SimpleNamespace
state, numbers = SimpleNamespace(step=0), itertools.count()
def main():
    global losses
    losses = []
    model, optimiser = made()
    for _ in range(5):
        look()
        losses.append(update(model, optimiser).item())
        state.step += 1
        assert next(numbers) == state.step - 1
main()
print(losses, state.step, next(numbers))
""",
    "a try and a with inside": """
model, optimiser = made()
fails = 0
for step in range(5):
    look()
    try:
        with torch.autograd.set_detect_anomaly(step == 2):
            loss = update(model, optimiser)
        if step == 1:
            raise KeyError(step)
    except KeyError:
        fails += 1
    finally:
        done = step
print(fails, done)
""",
    "evaluation inside of the body": """
model, optimiser = made()
scores = []
for step in range(5):
    look()
    loss = update(model, optimiser)
    model.eval()
    with torch.no_grad():
        scores.append([(model(x[i : i + 4]).argmax(1) == y[i : i + 4]).float().mean().item() for i in (0, 4, 8)])
        for i in range(3):
            scores[-1].append(model(x[i : i + 1]).max().item())
    model.train()
print(scores)
""",
}


@pytest.mark.parametrize("program", PLACES.values(), ids=PLACES)
def test_places(bench: Bench, program: str) -> None:
    done = bench(START + program)
    done.compare()
    done.learns()


CONDITIONS = {
    "a counter": "step < 3",
    "a loss that falls": "loss is None or loss.item() > first - 0.02",
    "a walrus": "(left := 3 - step) > 0",
}


@pytest.mark.parametrize("condition", CONDITIONS.values(), ids=CONDITIONS)
@pytest.mark.parametrize("inside", ["a function", "the module"])
def test_a_condition_that_no_longer_holds_while_repeating(bench: Bench, condition: str, inside: str) -> None:
    loop = f"""
model, optimiser = made()
loss, step, first = None, 0, nn.functional.cross_entropy(model(x), y).item()
while {condition}:
    look()
    loss = update(model, optimiser)
    step += 1
else:
    print("else", step)
"""
    if inside == "a function":
        loop = "def main():" + loop.replace("\n", "\n    ") + "\nmain()"
    done = bench(START + loop)
    done.compare()
    done.learns()
    assert 2 <= len(done.portraits) < 20


def test_files_and_streams(bench: Bench) -> None:
    """What the repeated body writes is taken off again, what it prints goes to a log of its own."""
    log = bench.folder / "log.csv"
    done = bench(
        START
        + f"""
import csv, os, sys
model, optimiser = made()
log = open({str(log)!r}, "w", newline="")
writer = csv.writer(log)
writer.writerow(["step", "loss"])
for step in range(5):
    look()
    loss = update(model, optimiser)
    writer.writerow([step, loss.item()])
    if step % 2:
        log.flush()
    os.write(2, b"step %d to stderr\\n" % step)
log.close()
text = open({str(log)!r}).read()
print(text)
"""
    )
    done.compare()
    done.learns()
    assert log.read_text().count("\n") == 6
    repeated = (bench.folder / LOG).read_text()
    assert repeated == "step 1 to stderr\n" * 5  # the window is the second iteration


def test_output_while_repeating_reaches_nobody(bench: Bench, capfd: pytest.CaptureFixture[str]) -> None:
    done = bench(
        START
        + """
import os
model, optimiser = made()
for step in range(4):
    look()
    loss = update(model, optimiser)
    os.write(1, b"step %d\\n" % step)
"""
    )
    done.compare()
    shown = capfd.readouterr().out.splitlines()
    assert shown == [f"step {number}" for number in range(4)] * 2  # bare, then with repeats
    assert (bench.folder / LOG).read_text().splitlines() == ["step 1"] * 5
    assert os.fstat(1).st_size >= 0  # the streams are back in their places
