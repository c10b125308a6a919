"""A body that leaves its loop while it is repeated: the state is put back, and the run is known not to be trusted."""

from __future__ import annotations

import pytest

from tests.experiments.conftest import Bench, Repeated
from trialrun.experiments.plan import Experiment, LeftLoopError, Variant
from trialrun.experiments.setting import Setting

START = """
import torch
from torch import nn
torch.manual_seed(0)
x = torch.randn(12, 6)
y = torch.arange(12) % 3
model = nn.Linear(6, 3)
optimiser = torch.optim.SGD(model.parameters(), lr=0.5)
steps, losses = 0, []
def train():
    global steps
    for step in range(5):
        steps += 1
        optimiser.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
        if loss.item() < LIMIT:
            LEAVE
train()
"""

WAYS = {"break": "break", "return": "return", "exception": "raise ArithmeticError(loss.item())"}


@pytest.mark.parametrize("leave", WAYS.values(), ids=WAYS)
def test_everything_is_put_back_before_the_loop_is_left(bench: Bench, leave: str) -> None:
    """The limit lies between the loss in the window and that of its first repeat."""
    at_window = bench(START.replace("LIMIT", "0").replace("LEAVE", leave)).losses
    first, second = at_window[1], at_window[2]
    assert first is not None and second is not None and second < first
    thrown: list[BaseException] = []

    def runs(repeated: Repeated, setting: Setting) -> Experiment:
        repeated.setting = setting
        try:
            repeated.readings.append((yield Variant(fresh=True)))
            while True:
                repeated.readings.append((yield Variant()))
        except LeftLoopError as error:
            thrown.append(error)
            raise

    done = bench(START.replace("LIMIT", str((first + second) / 2)).replace("LEAVE", leave), runs)
    assert [type(error) for error in thrown] == [LeftLoopError]
    assert len(done.readings) == 1
    assert not done.restored.identical
    assert done.restored.differing == ("the loop was left",)
    assert done.given_up == []
    # What it holds at its end is what it held when the loop was put back: two of five steps were made.
    assert done.final["module.steps"] == "2"
    assert done.final["module.losses"] == [0, 1]
    assert (type(done.error) is ArithmeticError) == ("raise" in leave)


def test_a_loop_left_while_it_is_recorded_is_no_window(bench: Bench) -> None:
    done = bench("""
import torch
torch.manual_seed(0)
model = torch.nn.Linear(2, 1)
optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
def train():
    for step in range(5):
        optimiser.zero_grad()
        if step == 1:
            return
        model(torch.ones(1, 2)).sum().backward()
        optimiser.step()
for epoch in range(3):
    look()
    train()
""")
    assert done.error is None and done.given_up == []
    assert done.portraits == done.bare.portraits
    assert done.final == done.bare.final


def test_a_fault_of_the_experiment_is_put_on_record(bench: Bench) -> None:
    def runs(repeated: Repeated, setting: Setting) -> Experiment:
        yield Variant(fresh=True)
        yield Variant()
        raise LookupError("a fault of ours")

    done = bench(START.replace("LIMIT", "0").replace("LEAVE", "break"), runs)
    assert done.error is None
    assert done.final == done.bare.final
    assert done.restored.identical
    assert done.faults == ["repeating failed: LookupError: a fault of ours"]
    assert done.given_up == ["repeating it failed: LookupError: a fault of ours"]


def test_what_does_not_come_back_is_named(bench: Bench) -> None:
    """The experiment spoils the weights behind the snapshot's back, after it has been put back."""

    def runs(repeated: Repeated, setting: Setting) -> Experiment:
        yield Variant(fresh=True)
        put_back = setting.now.put_back

        def spoilt() -> list[str]:
            failed = put_back()
            for content in setting.now.learned:
                if content.tensor.shape == (3, 6):
                    content.tensor.data.add_(1)
            return failed

        setting.now.put_back = spoilt  # type: ignore[method-assign]

    done = bench(START.replace("LIMIT", "0").replace("LEAVE", "break"), runs)
    assert not done.restored.identical
    assert any("float32 (3, 6)" in name for name in done.restored.differing)
