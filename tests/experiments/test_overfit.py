"""The overfit experiment on real programs: what it holds, what it switches off, and when it ends."""

from __future__ import annotations

import math

import pytest

from tests.experiments.conftest import Bench, Repeated, Runs
from trialrun.evidence.repeats import OverfitRecord
from trialrun.experiments.overfit import Overfit
from trialrun.experiments.plan import Experiment
from trialrun.experiments.setting import Setting

START = """
import torch
from torch import nn
from torch.nn import functional as F
torch.manual_seed(0)
x, y = torch.randn(16, 6), torch.arange(16) % 3
model = nn.Sequential(nn.Linear(6, 32), nn.Tanh(), nn.Dropout(0.4), nn.Linear(32, 3))
"""

LOOP = """
for step in range(6):
    look()
    {head}
    optimiser.zero_grad()
    loss = {loss}
    loss.backward()
    optimiser.step()
    {tail}
"""


def memorise(steps: int) -> Runs:
    def runs(repeated: Repeated, setting: Setting) -> Experiment:
        return Overfit(setting, steps, 60.0, repeated.records.append).run()

    return runs


def outcome(
    bench: Bench, made: str, loss: str = "F.cross_entropy(model(x), y)", head: str = "", tail: str = "", steps: int = 40
) -> OverfitRecord:
    source = START + made + LOOP.format(head=head or "pass", loss=loss, tail=tail or "pass")
    done = bench(source, memorise(steps))
    done.compare()
    (record,) = [record for record in done.records if isinstance(record, OverfitRecord)]
    return record


def test_a_batch_is_learnt_to_its_floor(bench: Bench) -> None:
    made = "optimiser = torch.optim.AdamW(model.parameters(), lr=0.05, weight_decay=0.3)"
    record = outcome(bench, made, steps=300)
    assert (record.outcome, record.reason, record.floor, record.floor_source) == ("ran", "", 0.0, "class indices")
    assert not record.budget_ended and len(record.losses) < 300
    assert record.losses[-1] < 0.05 * record.losses[0]
    assert record.accuracy[-1] == 1.0 and len(record.accuracy) == len(record.losses)
    assert record.switched_off == ("dropout p=0.4", "weight_decay=0.3")
    assert (record.items, record.targets, record.parameters) == (1, 16, 6 * 32 + 32 + 32 * 3 + 3)
    assert (record.loss_functions, record.nonlinear) == (("cross_entropy",), True)
    assert record.learning_rates == (0.05,)


def test_a_budget_that_ends_first(bench: Bench) -> None:
    record = outcome(bench, "optimiser = torch.optim.SGD(model.parameters(), lr=1e-3)", steps=10)
    assert record.budget_ended and len(record.losses) == 11
    assert record.losses[-1] < record.losses[0]


RATES = {
    "a schedule's peak": (
        "optimiser = torch.optim.SGD(model.parameters(), lr=0.2)\n"
        "schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: min(step + 1, 8 - step) / 4)",
        "",
        "schedule.step()",
        0.2,
    ),
    "warm-up by hand": (
        "optimiser = torch.optim.SGD(model.parameters(), lr=0.3)",
        "optimiser.param_groups[0]['lr'] = 0.3 * (step + 1) / 1000",
        "",
        0.3,
    ),
    "as it is": ("optimiser = torch.optim.SGD(model.parameters(), lr=0.07)", "", "", 0.07),
}


def test_it_ends_at_an_infinite_loss_before_a_body_that_looks_for_nan_leaves_its_loop(bench: Bench) -> None:
    made = "model = nn.Linear(6, 1)\noptimiser = torch.optim.SGD(model.parameters(), lr=10.0)"
    looks = "assert not model.weight.isnan().any() and not loss.isnan()"
    record = outcome(bench, made, loss="((model(x)[:, 0] - y) ** 2).mean()", tail=looks, steps=200)
    assert (record.outcome, record.losses[-1], record.budget_ended) == ("ran", math.inf, False)


@pytest.mark.parametrize(("made", "head", "tail", "rate"), RATES.values(), ids=RATES)
def test_the_rate_it_is_held_at(bench: Bench, made: str, head: str, tail: str, rate: float) -> None:
    record = outcome(bench, made, head=head, tail=tail, steps=10)
    assert record.outcome == "ran"
    assert record.learning_rates == pytest.approx((rate,))


FLOORS = {
    "smoothed labels": ("F.cross_entropy(model(x), y, label_smoothing=0.1)", 0.2 / 3),
    "accumulated": ("F.cross_entropy(model(x), y) / 4", 0.0),
    "squares by hand": ("((model(x) - F.one_hot(y, 3)) ** 2).mean()", 0.0),
    "a penalty": ("F.cross_entropy(model(x), y) + 1e-3 * model[0].weight.pow(2).sum()", None),
    "log-likelihood by hand": ("-model(x).log_softmax(1)[range(16), y].mean()", None),
}


@pytest.mark.parametrize(("loss", "floor"), FLOORS.values(), ids=FLOORS)
def test_the_floor_of_the_whole_loss(bench: Bench, loss: str, floor: float | None) -> None:
    record = outcome(bench, "optimiser = torch.optim.Adam(model.parameters(), lr=0.01)", loss=loss, steps=5)
    assert record.outcome == "ran"
    if floor is None or not floor:
        assert record.floor == floor
    else:  # entropy of one right class and two others at a thirtieth each
        assert record.floor == pytest.approx(0.2911, abs=1e-3)


def test_noise_in_the_loss_leaves_no_floor(bench: Bench) -> None:
    loss = "(model(x) + torch.randn(16, 3)).exp().mean() - model(x).mean()"
    record = outcome(bench, "optimiser = torch.optim.SGD(model.parameters(), lr=0.01)", loss=loss)
    assert record.outcome == "skipped" and record.reason.startswith("No floor: ")


def test_a_step_by_the_gradient_of_an_earlier_batch_tells_nothing(bench: Bench) -> None:
    made = "optimiser = torch.optim.SGD(model.parameters(), lr=0.3)\nqueue = []"
    swap = """
    queue.append([p.grad.clone() for p in model.parameters()])
    for p, g in zip(model.parameters(), queue[max(0, len(queue) - 2)]):
        p.grad = g
"""
    source = START + made + LOOP.format(head="pass", loss="F.cross_entropy(model(x), y)", tail="pass")
    source = source.replace("    optimiser.step()", f"{swap}    optimiser.step()")
    done = bench(source, memorise(300))
    done.compare()
    (record,) = [record for record in done.records if isinstance(record, OverfitRecord)]

    assert record.outcome == "skipped"
    assert "stepped with the same gradient although its loss had changed" in record.reason
