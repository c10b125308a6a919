"""The experiment with clipped gradients on real programs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.checks.records import UPDATE
from tests.experiments.conftest import Bench
from tests.experiments.experiments import experiments
from trialrun.evidence import Evidence
from trialrun.evidence.growth import growth
from trialrun.evidence.replays import MOSTLY, way_gone
from trialrun.experiments.causes.clipped_gradient import ClippedGradient

PROGRAM = """
import torch
from torch import nn
from torch.nn import functional as F
torch.manual_seed(0)
y = torch.randint(0, 4, (50,))
x = 0.1 * torch.randn(50, 30, 4)
x[:, 0] += F.one_hot(y, 4)
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        {made}
        self.out = nn.Linear(48, 4)
    def forward(self, x):
        {forward}
        return self.out(state)
model = Model()
optimiser = torch.optim.{optimiser}
def closure():
    optimiser.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    return loss
for step in range(6):
    look()
    {step}
"""
LAYER = {
    "made": "self.rnn = nn.RNN(4, 48, batch_first=True); nn.init.orthogonal_(self.rnn.weight_hh_l0, gain=2.0)",
    "forward": "state = self.rnn(x)[0][:, -1]",
}
CELL = {
    "made": "self.cell = nn.RNNCell(4, 48); nn.init.orthogonal_(self.cell.weight_hh, gain=2.0)",
    "forward": "state = None\n        for moment in x.unbind(1): state = self.cell(moment, state)",
}
BY_HAND = {
    "made": "self.w = nn.Parameter(torch.randn(4, 48)); self.u = nn.Parameter(torch.randn(48, 48) * 0.4)",
    "forward": "state = x.new_zeros(50, 48)\n"
    "        for moment in x.unbind(1): state = torch.tanh(moment @ self.w + state @ self.u)",
}
SGD = {"optimiser": "SGD(model.parameters(), lr=0.01, momentum=0.9)", "step": "closure(); optimiser.step()"}
LBFGS = {"optimiser": "LBFGS(model.parameters(), max_iter=2)", "step": "optimiser.step(closure)"}
SEEN = Evidence(update=(replace(UPDATE, loss=1.4, gradient_norm=40.0),))


@pytest.mark.parametrize("made", [LAYER, CELL, BY_HAND], ids=["layer", "cell", "by_hand"])
def test_growth_over_steps_is_seen_however_the_recurrence_is_written(bench: Bench, made: dict[str, str]) -> None:
    (record,) = experiments(bench, PROGRAM.format(**made, **SGD), [ClippedGradient()], SEEN)

    assert (record.outcome, record.reason) == ("ran", "")
    assert growth(record).stages == 30
    assert growth(record).geometric
    assert record.control is not None
    assert record.variants[0].gradient_norm == record.control.gradient_norm  # read before it is clipped
    assert record.facts["largest_gradient_norm_clipped"] > 1


def test_the_batch_is_learnt_with_the_norm_clipped(bench: Bench) -> None:
    (record,) = experiments(bench, PROGRAM.format(**LAYER, **SGD), [ClippedGradient()], SEEN)

    assert record.control is not None
    assert (
        way_gone(record.variants[0], record.control, 0.0) > MOSTLY > way_gone(record.control, record.variants[0], 0.0)
    )


def test_where_nothing_grows_one_run_is_all(bench: Bench) -> None:
    calm = {**LAYER, "made": LAYER["made"].replace("2.0", "1.0")}
    (record,) = experiments(bench, PROGRAM.format(**calm, **SGD), [ClippedGradient()], SEEN)

    assert (record.outcome, record.control, record.variants) == ("ran", None, ())


def test_lbfgs_is_refused_with_its_reason(bench: Bench) -> None:
    (record,) = experiments(bench, PROGRAM.format(**LAYER, **LBFGS), [ClippedGradient()], SEEN)

    assert (record.outcome, record.reason) == ("skipped", "L-BFGS needs the gradients as they are.")


def test_a_small_first_gradient_is_not_asked_of(bench: Bench) -> None:
    small = Evidence(update=(replace(UPDATE, loss=1.4, gradient_norm=3.0),))

    assert experiments(bench, PROGRAM.format(**LAYER, **SGD), [ClippedGradient()], small) == []
