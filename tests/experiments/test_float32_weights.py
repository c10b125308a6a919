"""The experiment with float32 copies of weights of few digits on real programs."""

from __future__ import annotations

import pytest
import torch

from tests.experiments.conftest import Bench
from tests.experiments.experiments import experiments
from trialrun.evidence import Evidence
from trialrun.evidence.low_precision import movement
from trialrun.experiments.causes.float32_weights import Float32Weights
from trialrun.experiments.low_precision import Moving

PROGRAM = """
import torch
from torch import nn
from torch.nn import functional as F
torch.manual_seed(0)
x, y = torch.randn(64, 16), torch.randint(0, 4, (64,))
model = nn.Sequential(nn.Linear(16, 64), nn.ReLU(), nn.Linear(64, 4)).to({dtype})
class Copies(torch.optim.Optimizer):
    def __init__(self, params, lr):
        super().__init__(params, dict(lr=lr))
    @torch.no_grad()
    def step(self):
        for p in self.param_groups[0]["params"]:
            copy = self.state[p].setdefault("copy", p.float())
            copy.sub_(p.grad.float(), alpha=self.param_groups[0]["lr"])
            p.copy_(copy)
optimiser = {optimiser}
for step in range(6):
    look()
    optimiser.zero_grad()
    loss = F.cross_entropy(model(x.to({dtype})).float(), y)
    loss.backward()
    optimiser.step()
"""
STEPS = [
    "torch.optim.SGD(model.parameters(), lr=0.005)",
    "torch.optim.SGD(model.parameters(), lr=0.0005, momentum=0.9)",
    "torch.optim.AdamW(model.parameters(), lr=2e-5)",
    "torch.optim.AdamW(model.parameters(), lr=2e-5, foreach=False)",
]


@pytest.mark.parametrize("optimiser", STEPS)
def test_weights_move_with_float32_copies_alone(bench: Bench, optimiser: str) -> None:
    (record,) = experiments(
        bench, PROGRAM.format(dtype="torch.bfloat16", optimiser=optimiser), [Float32Weights()], Evidence()
    )

    found = movement(record)
    assert found is not None
    assert found.as_it_is < 0.15
    assert found.held > 0.5
    assert found.swallowed > 0.85
    assert record.words == {"dtypes": "bfloat16"}


def test_an_optimiser_with_copies_of_its_own_moves_them_as_it_is(bench: Bench) -> None:
    source = PROGRAM.format(dtype="torch.bfloat16", optimiser="Copies(model.parameters(), lr=0.005)")
    (record,) = experiments(bench, source, [Float32Weights()], Evidence())

    found = movement(record)
    assert found is not None
    assert found.as_it_is == pytest.approx(found.held, abs=0.02)


def test_float32_weights_are_not_asked_of(bench: Bench) -> None:
    source = PROGRAM.format(dtype="torch.float32", optimiser=STEPS[0])

    assert experiments(bench, source, [Float32Weights()], Evidence()) == []


def test_a_step_that_fails_leaves_weight_and_gradient_as_they_were() -> None:
    weight = torch.nn.Parameter(torch.ones(3, dtype=torch.bfloat16))
    gradient = weight.grad = torch.ones_like(weight)
    data = weight.data_ptr()
    optimiser = torch.optim.SGD([weight], lr=0.1)

    def fails(*args: object) -> None:
        assert weight.dtype == torch.float32
        raise RuntimeError

    end = Moving([weight], hold=True).begin()
    handle = optimiser.register_step_pre_hook(fails)
    with pytest.raises(RuntimeError):
        optimiser.step()
    handle.remove()
    end()

    assert (weight.dtype, weight.data_ptr()) == (torch.bfloat16, data)
    assert weight.grad is gradient
    optimiser.step()
    assert weight.tolist() == [0.8984375] * 3
