"""Dropout and weight decay as they are, and off: what is learnt, and that nothing of it is left."""

from __future__ import annotations

import pytest

from tests.experiments.conftest import Bench
from tests.experiments.experiments import experiments
from trialrun.evidence import Evidence
from trialrun.evidence.regularisation import held_back
from trialrun.experiments.causes.regularisation import Regularisation

PROGRAM = """
import torch
from torch import nn
torch.manual_seed(0)
x, y = torch.randn(16, 8), torch.randint(0, 2, (16,))
model = nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Dropout({dropout}), nn.Linear(64, 2))
optimiser = torch.optim.SGD(model.parameters(), lr=0.3, weight_decay={decay})
for step in range(6):
    look()
    optimiser.zero_grad()
    loss = nn.functional.cross_entropy(model({inputs}), y)
    loss.backward()
    optimiser.step()
"""


@pytest.mark.parametrize(("dropout", "decay"), [(0.97, 0.0), (0.0, 3.0)])
def test_what_holds_the_batch_back_is_seen(bench: Bench, dropout: float, decay: float) -> None:
    source = PROGRAM.format(dropout=dropout, decay=decay, inputs="x")
    (record,) = experiments(bench, source, (Regularisation(),), Evidence())

    assert (record.outcome, record.reason) == ("ran", "")
    assert held_back(Evidence(experiment=(record,))) is record


def test_much_of_it_that_lets_the_batch_be_learnt_is_no_finding(bench: Bench) -> None:
    source = PROGRAM.replace("64", "2048").format(dropout=0.75, decay=0.0, inputs="x")
    (record,) = experiments(bench, source, (Regularisation(),), Evidence())

    assert (record.outcome, record.reason) == ("ran", "")
    assert held_back(Evidence(experiment=(record,))) is None


def test_usual_amounts_are_not_suspected(bench: Bench) -> None:
    assert experiments(bench, PROGRAM.format(dropout=0.5, decay=0.1, inputs="x"), (Regularisation(),), Evidence()) == []


def test_other_draws_of_the_body_are_a_skip_with_its_reason(bench: Bench) -> None:
    noisy = PROGRAM.format(dropout=0.97, decay=0.0, inputs="x + 0.01 * torch.randn(16, 8)")
    (record,) = experiments(bench, noisy, (Regularisation(),), Evidence())

    assert record.outcome == "skipped"
    assert "draws random numbers beside" in record.reason
