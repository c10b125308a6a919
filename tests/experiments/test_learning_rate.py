"""The sweep over learning rates on real programs: what it measures, and that nothing of it is left."""

from __future__ import annotations

from tests.checks.records import updates
from tests.experiments.conftest import Bench, Repeated, Runs
from tests.experiments.experiments import experiments
from trialrun.evidence import Evidence
from trialrun.evidence.experiments import ExperimentRecord
from trialrun.evidence.learning import share_learnt
from trialrun.evidence.repeats import OverfitRecord
from trialrun.evidence.sweep import WARM_UP
from trialrun.experiments.causes.learning_rate import LearningRate
from trialrun.experiments.causes.warm_up import WarmUp
from trialrun.experiments.laboratory import Laboratory
from trialrun.experiments.overfit import Overfit
from trialrun.experiments.plan import Experiment
from trialrun.experiments.setting import Setting

PROGRAM = """
import torch
from torch import nn
torch.manual_seed(0)
x, y = torch.randn(16, 4), torch.randn(16, 1)
model = nn.Linear(4, 1)
optimiser = torch.optim.SGD(model.parameters(), lr={rate}, momentum=0.5)
for step in range(6):
    look()
    optimiser.zero_grad()
    loss = nn.functional.mse_loss(model(x), y)
    loss.backward()
    optimiser.step()
"""


def sweeping(seconds: float) -> Runs:
    def runs(repeated: Repeated, setting: Setting) -> Experiment:
        overfit = Overfit(setting, 5, 60.0, repeated.records.append)
        yield from overfit.run()
        (record,) = [record for record in repeated.records if isinstance(record, OverfitRecord)]
        lab = Laboratory(setting, Evidence(), record, overfit.held, repeated.records.append, seconds)
        yield from lab.run((LearningRate(),))

    return runs


def sweeps(bench: Bench, rate: float, seconds: float = 60.0) -> list[ExperimentRecord]:
    done = bench(PROGRAM.format(rate=rate), sweeping(seconds))
    done.compare()  # the run goes on as a bare one does
    return [record for record in done.records if isinstance(record, ExperimentRecord)]


def test_every_rate_begins_alike_and_only_the_low_ones_learn(bench: Bench) -> None:
    (record,) = sweeps(bench, rate=20.0)

    assert (record.outcome, record.suspicion) == ("ran", "the loss rose far above where it began")
    assert record.facts["learning_rate"] == 20.0
    assert record.control is not None
    assert len({arm.losses[0] for arm in (record.control, *record.variants)}) == 1
    came = {arm.value: share_learnt(arm.losses, record.floor) for arm in record.variants}
    assert came[0.01] > 0.3 > 0 > share_learnt(record.control.losses, record.floor)
    assert came[10.0] < 0


def test_rates_far_above_a_tiny_one_are_tried(bench: Bench) -> None:
    (record,) = sweeps(bench, rate=1e-6)

    came = {arm.value: share_learnt(arm.losses, record.floor) for arm in record.variants}
    assert max(came, key=lambda value: came[value]) > 1000.0
    assert record.control is not None
    assert share_learnt(record.control.losses, record.floor) < 0.01


def test_a_rate_that_is_worked_up_to_is_tried_with_a_warm_up(bench: Bench) -> None:
    by_hand = PROGRAM.format(rate=20.0).replace(
        "    loss.backward", "    optimiser.param_groups[0]['lr'] = step\n    loss.backward"
    )
    seen = Evidence(update=updates(learning_rates=(0.0,)))
    _, warmed = experiments(bench, by_hand, (LearningRate(), WarmUp()), seen)

    assert (warmed.experiment, warmed.outcome) == (WARM_UP, "ran")
    (arm,) = warmed.variants
    assert arm.losses[1] < arm.losses[0] < arm.losses[-1]  # at first the rate is low, in the end it is too high


def test_too_little_time_is_a_skip_with_its_reason(bench: Bench) -> None:
    (record,) = sweeps(bench, rate=20.0, seconds=1e-4)

    assert record.outcome == "skipped"
    assert "are needed at each" in record.reason
