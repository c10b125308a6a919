"""The experiment with standardised inputs on real programs, and what standardising does to a tensor."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from tests.checks.records import BATCH, HEAD, TENSOR
from tests.experiments.conftest import Bench
from tests.experiments.experiments import experiments
from trialrun.evidence import Evidence
from trialrun.evidence.replays import clearly_better
from trialrun.experiments.causes.input_scale import InputScale, standardised

PROGRAM = """
import torch
from torch import nn
from torch.nn import functional as F
torch.manual_seed(0)
x = 100 + 60 * torch.randn(32, 6)
y = (x[:, 0] > 100).long() + (x[:, 1] > 100).long()
{model}
optimiser = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
for step in range(6):
    look()
    optimiser.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    optimiser.step()
"""
PLAIN = "model = nn.Sequential(nn.Linear(6, 64), nn.Tanh(), nn.Linear(64, 3))"
CHOOSY = """
class Choosy(nn.Module):
    def __init__(self):
        super().__init__()
        self.last = nn.Linear(6, 3)
    def forward(self, x):
        assert x.abs().max() > 50
        return self.last(x)
model = Choosy()
"""
LARGE = replace(TENSOR, shape=(32, 6), minimum=-40.0, maximum=250.0, mean=100.0, std=60.0)
SEEN = Evidence(batch=(replace(BATCH, source="model input", tensors=(LARGE,)),), layer=(HEAD,))


def test_standardised_inputs_let_the_batch_be_learnt(bench: Bench) -> None:
    (record,) = experiments(bench, PROGRAM.format(model=PLAIN), [InputScale()], SEEN)

    assert record.outcome == "ran"
    assert record.control is not None
    assert clearly_better(record.variants[0], record.control, 0.0)


def test_a_model_that_refuses_them_never_sees_an_error(bench: Bench) -> None:
    (record,) = experiments(bench, PROGRAM.format(model=CHOOSY), [InputScale()], SEEN)

    assert record.outcome == "skipped"
    assert "does not take standardised inputs: AssertionError" in record.reason


def test_inputs_of_unit_scale_are_not_asked_of(bench: Bench) -> None:
    unit = replace(LARGE, minimum=-2.0, maximum=2.0, mean=0.0, std=1.0)
    seen = Evidence(batch=(replace(BATCH, source="model input", tensors=(unit,)),), layer=(HEAD,))

    assert experiments(bench, PROGRAM.format(model=PLAIN), [InputScale()], seen) == []


@pytest.mark.parametrize(("shape", "over"), [((64, 5), (0,)), ((8, 3, 6, 6), (0, 2, 3)), ((8, 6, 3), (0, 1, 2))])
def test_mean_0_and_deviation_1_over_all_axes_but_that_of_features(
    shape: tuple[int, ...], over: tuple[int, ...]
) -> None:
    given = 200 + 30 * torch.randn(shape, generator=torch.Generator().manual_seed(0))
    std, mean = torch.std_mean(standardised(given), dim=over, correction=0)

    assert torch.allclose(mean, torch.zeros_like(mean), atol=1e-4)
    assert torch.allclose(std, torch.ones_like(std), atol=1e-4)


def test_masks_and_constant_features() -> None:
    mask = torch.eye(4)
    assert standardised(mask) is mask
    constant = torch.tensor([[700.0, 1.0], [700.0, 3.0]])
    assert standardised(constant).tolist() == [[0.0, -1.0], [0.0, 1.0]]
