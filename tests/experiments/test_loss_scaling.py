"""The experiment with a scaled loss on real programs."""

from __future__ import annotations

import pytest
import torch

from tests.experiments.conftest import Bench
from tests.experiments.experiments import experiments
from trialrun.evidence import Evidence
from trialrun.evidence.experiments import ExperimentRecord
from trialrun.evidence.underflow import Underflow, underflow
from trialrun.experiments.causes.loss_scaling import LossScaling
from trialrun.experiments.loss_scaling import Scaled
from trialrun.experiments.lossgraph import passes_float16

PROGRAM = """
import torch
from torch import nn
torch.manual_seed(0)
x, y = torch.randn(64, 16), torch.randn(64, 4)
model = nn.Sequential(nn.Linear(16, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 4))
dead = {dead}
if dead:
    with torch.no_grad():
        model[0].bias[:40] = -100
optimiser = torch.optim.Adam(model.parameters(), lr=3e-4, eps=1e-15)
scaler = torch.amp.GradScaler("cpu", enabled={scaler})
for step in range(6):
    look()
    optimiser.zero_grad()
    with torch.autocast("cpu", dtype={dtype}):
        found = model(x)
    loss = {weight} * (found.float() - y).square().mean()
    {backward}
"""
PLAIN = "loss.backward(); optimiser.step()"
BY_SCALER = "scaler.scale(loss).backward(); scaler.step(optimiser); scaler.update()"
BY_HAND = """(loss * 2**16).backward()
    for p in model.parameters(): p.grad.div_(2**16)
    optimiser.step()"""


def _ran(bench: Bench, **given: object) -> list[ExperimentRecord]:
    options = {"dead": False, "dtype": "torch.float16", "weight": 1e-5, "backward": PLAIN, "scaler": False, **given}
    return experiments(bench, PROGRAM.format(**options), [LossScaling()], Evidence())


def _found(bench: Bench, **given: object) -> Underflow:
    (record,) = _ran(bench, **given)
    found = underflow(record)
    assert record.outcome == "ran", record.reason
    assert found is not None
    return found


def test_what_underflows_is_counted_and_the_scaled_batch_is_learnt_better(bench: Bench) -> None:
    (record,) = _ran(bench)

    found = underflow(record)
    assert found is not None and record.control is not None
    assert found.lost > 0.5
    assert found.factor >= 2**16
    (scaled,) = record.variants
    assert scaled.losses[0] == record.control.losses[0]
    assert scaled.losses[-1] < 0.7 * record.control.losses[-1]


@pytest.mark.parametrize("change", [{"weight": 1}, {"backward": BY_HAND}])
def test_of_a_loss_that_is_large_enough_nothing_is_lost_and_nothing_repeated(
    bench: Bench, change: dict[str, object]
) -> None:
    (record,) = _ran(bench, **change)

    found = underflow(record)
    assert found is not None
    assert found.lost < 0.05
    assert record.control is None


def test_units_that_are_dead_in_any_precision_do_not_count(bench: Bench) -> None:
    found, alive = _found(bench, dead=True, weight=1), _found(bench, weight=1)

    assert found.lost < 0.05
    assert found.elements < 0.7 * alive.elements


@pytest.mark.parametrize(
    "change", [{"dtype": "torch.bfloat16"}, {"backward": BY_SCALER, "scaler": True}], ids=["bfloat16", "scaler"]
)
def test_bfloat16_and_a_scaler_are_not_asked_of(bench: Bench, change: dict[str, object]) -> None:
    assert _ran(bench, **change) == []


def test_a_scaler_that_is_off_scales_nothing(bench: Bench) -> None:
    assert _found(bench, backward=BY_SCALER).lost > 0.5


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_a_graph_is_in_float16_where_one_of_its_operations_is(dtype: torch.dtype) -> None:
    model = torch.nn.Linear(3, 2)
    with torch.autocast("cpu", dtype=dtype, enabled=dtype is not torch.float32):
        loss = model(torch.randn(4, 3)).float().sum()

    assert passes_float16(loss) is (dtype is torch.float16)
    assert not passes_float16(loss.detach())


def test_gradients_end_as_they_would_have_been_and_those_before_stay() -> None:
    weight = torch.nn.Parameter(torch.tensor([1.0, 2.0]))
    weight.grad = torch.tensor([5.0, 5.0])
    change = Scaled([weight], 2.0**10)
    end = change.begin()
    (weight * torch.tensor([1e-3, 3.0])).sum().backward()
    end()

    assert torch.allclose(weight.grad, torch.tensor([5.001, 8.0]))
    assert torch.allclose(change.added, torch.tensor([1e-3, 3.0], dtype=torch.float64), atol=1e-6)


def test_a_backward_that_overflows_adds_nothing() -> None:
    weight = torch.nn.Parameter(torch.tensor([1.0]))
    weight.grad = torch.tensor([5.0])
    change = Scaled([weight], 2.0**20)
    end = change.begin()
    (weight.half() * 4).sum().float().backward()
    end()

    assert (change.overflows, change.seen) == (1, 0)
    assert weight.grad.tolist() == [5.0]
