"""Replays with a fix on real programs: what they change, what they leave as it was, and when they are not run."""

from __future__ import annotations

import pytest

from tests.experiments.conftest import Bench, Repeated, Runs
from trialrun.evidence import Evidence
from trialrun.evidence.crossing import LEARNT, ONE_FOR_ALL, crossing_is_on_purpose
from trialrun.evidence.experiments import ExperimentRecord
from trialrun.evidence.learning import share_learnt
from trialrun.evidence.left_out import needed
from trialrun.evidence.replays import replay
from trialrun.experiments.causes.aligned_shapes import AlignedShapes
from trialrun.experiments.causes.cleared_gradients import ClearedGradients
from trialrun.experiments.causes.included_parameters import IncludedParameters
from trialrun.experiments.causes.skipped_activation import SkippedActivation
from trialrun.experiments.causes.softmax_over_classes import SoftmaxOverClasses
from trialrun.experiments.laboratory import Cause, Laboratory
from trialrun.experiments.overfit import Overfit
from trialrun.experiments.plan import Experiment
from trialrun.experiments.setting import Setting

START = """
import torch
from torch import nn
from torch.nn import functional as F
torch.manual_seed(0)
x = torch.randn(24, 6)
y = x[:, 0] * x[:, 1]
model = nn.Sequential(nn.Linear(6, 32), nn.Tanh(), nn.Linear(32, 1))
optimiser = torch.optim.Adam(model.parameters(), lr=0.02)
for step in range(5):
    look()
"""


def replayed_by(cause: Cause, seconds: float) -> Runs:
    def runs(repeated: Repeated, setting: Setting) -> Experiment:
        overfit = Overfit(setting, 40, 60.0, repeated.records.append)
        yield from overfit.run()
        assert overfit.record is not None
        seen = Evidence.gather(repeated.records)
        lab = Laboratory(setting, seen, overfit.record, overfit.held, repeated.records.append, seconds)
        yield from lab.run((cause,))

    return runs


def evidence_of(bench: Bench, cause: Cause, body: str, seconds: float = 60.0, start: str = START) -> Evidence:
    done = bench(start + body, replayed_by(cause, seconds))
    done.compare()
    return Evidence.gather(done.records)


ALIGNED = """
    optimiser.zero_grad()
    loss = {loss}
    loss.backward()
    optimiser.step()
"""


def test_each_prediction_meets_its_own_target_and_the_rest_of_the_body_the_same_shape(bench: Bench) -> None:
    for loss in ("torch.sub(model(x), other=y).pow(2).mean()", "((y - model(x)) ** 2).sum(dim=1).view(24, 1).mean()"):
        found = replay(evidence_of(bench, AlignedShapes(), ALIGNED.format(loss=loss)), AlignedShapes.name)

        assert found is not None and found.confirms
        assert found.fixed_share > 0.9 and found.control_share < 0.2


def test_another_order_of_the_targets_changes_a_loss_that_weighs_its_pairs(bench: Bench) -> None:
    plain = "(model(x) - y).abs().mean()"
    weighed = "(torch.exp(-torch.cdist(x, x)) * (model(x) - y).abs()).mean()"
    change = []
    for loss in (plain, weighed):
        record = evidence_of(bench, AlignedShapes(), ALIGNED.format(loss=loss)).experiment_named(AlignedShapes.name)
        assert record is not None
        change.append(record.facts["order_of_targets"])

    assert change[0] < 1e-6 and change[1] > 1e-3


BY_MISTAKE = {
    "targets weighed": "(torch.linspace(0.1, 2, 24) * (model(x) - y) ** 2).mean()",
    "predictions weighed": "(torch.linspace(0.1, 2, 24)[:, None] * (model(x) - y).abs()).mean()",
    "root of each column": "((model(x) - y) ** 2).mean(dim=0).sqrt().mean()",
    "added to a persistent forecast": "torch.log(torch.cosh(x[:, 1:2] + model(x) - y)).mean()",
    "beside a right term": "((model(x) - y) ** 2).mean() + F.l1_loss(model(x)[:, 0], y)",
    "far from 0": "(5000 + 1000 * model(x) - (8000 + 1000 * y)).abs().mean()",
    "beside a right term of the same output": "((p := model(x)) - y).pow(2).mean() + F.l1_loss(p[:, 0], y)",
    "a share of y": "((model(x) - y) / y.abs().clamp(min=0.1)).abs().mean()",
}
ON_PURPOSE = {
    "the nearest": "((model(x) - y) ** 2).min(dim=0).values.mean()",
    "levels": "torch.maximum(LEVELS * (y - model(x)), (LEVELS - 1) * (y - model(x))).mean()",
    "energy distance": "2 * ((p := model(x)) - y).abs().mean() - (p - p.T).abs().mean()",
    "drawn": "(model(torch.randn(24, 6)) - y).abs().min(dim=0).values.mean()",
}


@pytest.mark.parametrize("loss", BY_MISTAKE.values(), ids=BY_MISTAKE)
def test_no_mean_over_all_pairs_comes_below_one_prediction_for_all(bench: Bench, loss: str) -> None:
    evidence = evidence_of(bench, AlignedShapes(), ALIGNED.format(loss=loss))
    record = evidence.experiment_named(AlignedShapes.name)

    assert record is not None and {LEARNT, ONE_FOR_ALL} <= record.facts.keys()
    assert not crossing_is_on_purpose(evidence)


@pytest.mark.parametrize("loss", ON_PURPOSE.values(), ids=ON_PURPOSE)
def test_a_loss_that_says_something_of_each_pair_does(bench: Bench, loss: str) -> None:
    start = START.replace("model =", "LEVELS = torch.linspace(0.02, 0.98, 24)[:, None]\nx[:, 5:] = LEVELS\nmodel =")

    assert crossing_is_on_purpose(evidence_of(bench, AlignedShapes(), ALIGNED.format(loss=loss), start=start))


def test_shapes_that_agree_call_for_no_replay(bench: Bench) -> None:
    evidence = evidence_of(bench, AlignedShapes(), ALIGNED.format(loss="F.mse_loss(model(x), y[:, None])"))

    assert evidence.experiment == ()


STALE = """
    loss = ((model(x).squeeze(1) - y) ** 2).mean()
    loss.backward()
    optimiser.step()
"""


def test_gradients_are_cleared_for_the_replay_and_stand_as_they_were_after_it(bench: Bench) -> None:
    found = replay(evidence_of(bench, ClearedGradients(), STALE), ClearedGradients.name)

    assert found is not None
    assert found.fixed.losses[0] == found.control.losses[0]  # before any update
    assert found.fixed.gradient_norm is not None and found.control.gradient_norm is not None
    assert found.fixed.gradient_norm < 0.7 * found.control.gradient_norm


def test_every_step_of_a_window_begins_with_cleared_gradients(bench: Bench) -> None:
    body = """
    for part in range(6):
        loss = ((model(x[part::6]).squeeze(1) - y[part::6]) ** 2).mean()
        loss.backward()
        optimiser.step()
"""
    evidence = evidence_of(bench, ClearedGradients(), body)
    (record,) = evidence.experiment

    assert record.outcome == "ran" and record.control is not None
    (fixed,) = record.variants
    assert share_learnt(fixed.losses, record.floor) > 0.9


def test_no_replay_without_time_for_it(bench: Bench) -> None:
    (record,) = evidence_of(bench, ClearedGradients(), STALE, seconds=1e-3).experiment

    assert isinstance(record, ExperimentRecord)
    assert record.outcome == "skipped" and "s, and it takes 15" in record.reason


LEFT_OUT = (
    START.replace("for step", "nn.init.zeros_(model[2].weight)\nnn.init.zeros_(model[2].bias)\nfor step")
    .replace("model.parameters()", "model[{part}].parameters()")
    .replace("Adam", "{optimiser}")
)
STEP = """
    model.zero_grad()
    loss = ((model(x).squeeze(1) - y) ** 2).mean()
    loss.backward()
    optimiser.step()
"""


@pytest.mark.parametrize("optimiser", ["Adam", "RMSprop"])
def test_what_no_optimiser_holds_is_updated_too_and_put_back(bench: Bench, optimiser: str) -> None:
    start = LEFT_OUT.format(part=0, optimiser=optimiser)
    evidence = evidence_of(bench, IncludedParameters(), STEP, start=start)
    found = replay(evidence, IncludedParameters.name)

    assert found is not None and found.confirms and needed(evidence)
    assert len(set(found.control.losses)) == 1 and found.fixed.losses[-1] < 0.2 * found.fixed.losses[0]


def test_what_learns_by_itself_needs_no_other_parameters(bench: Bench) -> None:
    evidence = evidence_of(bench, IncludedParameters(), STEP, start=LEFT_OUT.format(part=2, optimiser="SGD"))
    (record,) = evidence.experiment

    assert record.outcome == "ran" and record.control is not None and not needed(evidence)
    assert record.control.losses[-1] < record.control.losses[0]


CLASSES = START.replace("y = x[:, 0] * x[:, 1]", "y = torch.arange(24) % 3").replace("Linear(32, 1)", "Linear(32, 3)")


SIGMOID = "F.binary_cross_entropy_with_logits(input=model(x).sigmoid().view(-1), target=F.one_hot(y).view(-1).float())"
LOGITS = "F.binary_cross_entropy_with_logits(model(x), F.one_hot(y).float())"
ENTROPY = "F.cross_entropy(model(x), y)"


@pytest.mark.parametrize(
    ("cause", "wrong", "right"),
    [
        (SkippedActivation(), "F.cross_entropy(model(x).softmax(1), y)", ENTROPY),
        (SkippedActivation(), SIGMOID, LOGITS),
        (SoftmaxOverClasses(), "F.nll_loss(F.log_softmax(model(x), 0), y)", ENTROPY),
        (SoftmaxOverClasses(), "F.nll_loss(model(x).softmax(dim=-2).log(), y)", ENTROPY),
    ],
    ids=["softmax", "sigmoid", "samples", "logarithm"],
)
def test_what_was_meant_is_learnt_and_a_program_that_says_it_left_alone(
    bench: Bench, cause: Cause, wrong: str, right: str
) -> None:
    found = replay(evidence_of(bench, cause, ALIGNED.format(loss=wrong), start=CLASSES), cause.name)

    assert found is not None and found.confirms
    assert found.fixed.losses[-1] < 0.2 < found.control.losses[-1]
    assert evidence_of(bench, cause, ALIGNED.format(loss=right), start=CLASSES).experiment == ()
