"""A resumption replayed on real programs: what the loss of a state does, and that one without effect does nothing."""

from __future__ import annotations

import pytest
import torch

from tests.experiments.conftest import Bench
from tests.experiments.experiments import experiments
from trialrun.evidence import Evidence
from trialrun.evidence.checkpoints import TrainingState
from trialrun.evidence.place import Where
from trialrun.evidence.resumption import STEPS, Resumption, resumption
from trialrun.experiments.causes.resumed_training import ResumedTraining
from trialrun.experiments.forgetting import FirstScale

PROGRAM = """
import torch
from torch import nn
torch.manual_seed(0)
x, y = torch.randn(96, 6), torch.randn(96, 1)
model = nn.Sequential(nn.Linear(6, 16), nn.Dropout(0.2), nn.Tanh(), nn.Linear(16, 1))
class Counting(torch.optim.SGD):
    def step(self, closure=None):
        super().step(closure)
        for weight in self.param_groups[0]["params"]:
            self.state[weight]["last"] = weight.grad.clone()
class Averaging(torch.optim.Optimizer):
    def __init__(self, params, lr):
        super().__init__(params, dict(lr=lr))
        for p in self.param_groups[0]["params"]:
            self.state[p]["mean"] = torch.zeros_like(p)
    @torch.no_grad()
    def step(self):
        for p in self.param_groups[0]["params"]:
            mean = self.state[p]["mean"]
            mean.lerp_(p.grad, 0.2)
            p.sub_(self.param_groups[0]["lr"] * mean)
optimiser = torch.optim.{optimiser} if {in_torch} else {optimiser}
scaler = torch.amp.GradScaler("cpu", init_scale=2.0**10)
for rows in torch.arange(96).split(16):
    look()
    optimiser.zero_grad()
    loss = (model(x[rows]) - y[rows]).pow(2).mean()
    {step}
"""
PLAIN = "loss.backward()\n    optimiser.step()"
SCALED = "scaler.scale(loss).backward()\n    scaler.step(optimiser)\n    scaler.update()"
OVERFLOWING = SCALED.replace("scale(loss)", "scale(64 * loss)")
TEXT = """
start = torch.load("last.pt")["epoch"]
for epoch in range(start, 9):
    {optimiser}.step()
    torch.save({{"model": model.state_dict(), "epoch": epoch}}, "last.pt")
"""
SOURCE = {"train.py": TEXT.format(optimiser="optimiser")}


def replayed(bench: Bench, optimiser: str, kind: str = "optimiser", step: str = PLAIN) -> Resumption:
    in_torch = hasattr(torch.optim, optimiser.split("(")[0])
    source = PROGRAM.format(optimiser=optimiser, in_torch=in_torch, step=step)
    if not in_torch:
        source = source.replace(f"torch.optim.{optimiser} if False else ", "")
    if kind == "scaler":
        source = source.replace("2.0**10", "2.0**127").replace(".split(16)", ".split(8)")
    (record,) = experiments(bench, source, [ResumedTraining()], Evidence(source=SOURCE))
    assert record.outcome == "ran", record.reason
    lines = source.splitlines()
    call = "scaler.update()" if kind == "scaler" else "optimiser.step()"
    number = next(n for n, line in enumerate(lines, start=1) if call in line and "def" not in line)
    found = resumption(
        Evidence(experiment=(record,)),
        TrainingState(0, kind, "", Where("program.py", number, "<module>"), saved=False),
    )
    assert found is not None, record.facts
    return found


@pytest.mark.parametrize(
    "optimiser",
    [
        "Adam(model.parameters(), lr=1e-5)",  # at this rate the gradients of one batch hardly change
        "AdamW(model.parameters(), lr=1e-2, foreach=False)",
        "SGD(model.parameters(), lr=0.01, momentum=0.9)",
        "RMSprop(model.parameters(), lr=1e-3)",
        "Adagrad(model.parameters(), lr=0.05)",  # holds its state before its first step
        "Averaging(model.parameters(), lr=0.1)",  # and needs it there
    ],
)
def test_training_without_its_state_goes_elsewhere(bench: Bench, optimiser: str) -> None:
    found = replayed(bench, optimiser)

    assert found.differs and found.distance > 0.02
    assert found.noise == 0.0
    assert found.continued.losses[0] == found.resumed.losses[0]  # the weights are the same
    assert found.continued.losses[1:] != found.resumed.losses[1:]
    assert len(found.resumed.losses) == STEPS + 1


def test_a_state_that_no_update_depends_on_may_be_lost(bench: Bench) -> None:
    found = replayed(bench, "Counting(model.parameters(), lr=0.1)")

    assert not found.differs and found.distance == 0.0
    assert found.continued.losses == found.resumed.losses


def test_a_scale_that_had_to_fall_costs_steps_when_it_begins_anew(bench: Bench) -> None:
    found = replayed(bench, "SGD(model.parameters(), lr=1e-3)", kind="scaler", step=OVERFLOWING)

    assert found.differs
    assert len(set(found.resumed.losses[:3])) == 1 < len(set(found.continued.losses[:3]))  # updates were skipped


def test_the_first_scale_is_put_back_and_the_count_of_steps_with_it() -> None:
    scaler = torch.amp.GradScaler("cpu", init_scale=16.0)
    scaler.scale(torch.ones(1))
    scaler.update(4.0)
    FirstScale(scaler).begin()
    assert scaler.get_scale() == 16.0


@pytest.mark.parametrize(
    "text",
    [
        TEXT.format(optimiser="optimiser") + "torch.save(optimiser.state_dict(), 'optimiser.pt')\n",
        TEXT.format(optimiser="optimiser").replace("range(start, 9)", "range(9)"),  # nothing is gone on with
        TEXT.format(optimiser="optimiser").replace("torch.save", "print"),
    ],
)
def test_a_program_that_saves_it_or_never_resumes_pays_nothing(bench: Bench, text: str) -> None:
    source = PROGRAM.format(optimiser="Adam(model.parameters())", in_torch=True, step=PLAIN)

    assert experiments(bench, source, [ResumedTraining()], Evidence(source={"train.py": text})) == []


def test_plain_descent_has_nothing_to_lose(bench: Bench) -> None:
    source = PROGRAM.format(optimiser="SGD(model.parameters(), lr=0.1)", in_torch=True, step=PLAIN)
    (record,) = experiments(bench, source, [ResumedTraining()], Evidence(source=SOURCE))

    assert record.outcome == "skipped" and "No part of the state" in record.reason


TWO = """
import torch
from torch import nn
torch.manual_seed(0)
x, y = torch.randn(96, 6), torch.randn(96, 1)
first, last = nn.Linear(6, 16), nn.Linear(16, 1)
plain = torch.optim.{kinds}(first.parameters(), lr=1e-2)
optimiser = torch.optim.Adam(last.parameters(), lr=1e-2)
for rows in torch.arange(96).split(16):
    look()
    plain.zero_grad()
    optimiser.zero_grad()
    (last(first(x[rows]).tanh()) - y[rows]).pow(2).mean().backward()
    {steps}
"""
APART = "optimiser.step()\n    plain.step()"
ONE_LINE = "for each in (optimiser, plain): each.step()"


@pytest.mark.parametrize(
    ("kinds", "steps", "parts"), [("Adam", APART, 2), ("SGD", APART, 1), ("Adam", ONE_LINE, 1), ("SGD", ONE_LINE, 1)]
)
def test_each_of_two_optimisers_loses_its_state_by_itself(bench: Bench, kinds: str, steps: str, parts: int) -> None:
    (record,) = experiments(bench, TWO.format(kinds=kinds, steps=steps), [ResumedTraining()], Evidence(source=SOURCE))

    assert record.outcome == "ran", record.reason
    names = [arm.change for arm in record.variants]
    assert len(names) == 2 + parts and len(set(names)) == len(names)
    distances = [value for name, value in record.facts.items() if name.startswith("distance, ")]
    assert len(distances) == parts and all(distance > 0.02 for distance in distances)
