from __future__ import annotations

import random
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from tests.testing import models
from trialrun.errors import UsageError
from trialrun.testing import assert_overfits


def test_a_model_with_dropout_learns_a_batch_and_stays_as_it_was() -> None:
    model, batch = models.perceptron(), models.batch()
    models.cross_entropy(model, batch).backward()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    gradient = model[0].weight.grad
    assert gradient is not None
    kept, torch_state, python_state = gradient.clone(), torch.get_rng_state(), random.getstate()
    result = assert_overfits(model, batch, models.cross_entropy)
    assert result.verdict == "LEARNT" and result.facts["loss_last"] < 0.05 * result.facts["loss_first"]
    assert result.facts["accuracy"] == 1 and len(result.rows) == result.facts["updates"] + 1
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert model.training and model[0].weight.grad is gradient and torch.equal(gradient, kept)
    assert torch.equal(torch.get_rng_state(), torch_state) and random.getstate() == python_state


def test_a_model_cut_off_from_its_inputs_does_not() -> None:
    with pytest.raises(AssertionError, match=r"NOT LEARNT\n.*fell from .* same output") as caught:
        assert_overfits(models.Blind(), models.batch(), models.cross_entropy, optimizer=torch.optim.Adam, steps=100)
    assert "trialrun run" in str(caught.value)


class Constant(nn.Module):
    """Blind to its inputs."""

    def __init__(self) -> None:
        super().__init__()
        self.level = nn.Parameter(torch.zeros(1))

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return self.level + 0 * inputs[:, :1]


def torchs_own(model: Any, batch: Any) -> torch.Tensor:
    return F.mse_loss(model(batch[0]), batch[1])


def by_hand(model: Any, batch: Any) -> torch.Tensor:
    return torch.linalg.vector_norm(model(batch[0]) - batch[1])


@pytest.mark.parametrize(
    ("loss", "told"),
    [
        (torchs_own, r"NOT LEARNT\n.*explain 0 % of the variance"),
        (by_hand, r"INCONCLUSIVE\n.*with the mean output for all samples it is"),
    ],
)
def test_a_fall_to_the_mean_of_the_targets_is_not_learning(loss: Any, told: str) -> None:
    inputs, _ = models.batch()
    batch = (inputs, 10 + inputs[:, :1] * 0.1)
    with pytest.raises(AssertionError, match=told):
        assert_overfits(Constant(), batch, loss, optimizer=lambda p: torch.optim.Adam(p, lr=0.3), steps=100)
    assert assert_overfits(nn.Linear(8, 1), batch, loss).ok


@pytest.mark.parametrize("optimizer", ["instance", "function", "closure"])
def test_an_optimizer_of_ones_own(optimizer: str) -> None:
    model: Any = models.perceptron()
    given: Any = {
        "instance": torch.optim.SGD(model.parameters(), lr=0.5, momentum=0.9, weight_decay=1.0),
        "function": lambda parameters: torch.optim.AdamW(parameters, lr=0.01, weight_decay=10.0),
        "closure": torch.optim.LBFGS,
    }[optimizer]
    weights = model[0].weight.detach().clone()
    assert assert_overfits(model, models.batch(), models.cross_entropy, optimizer=given).ok
    assert torch.equal(model[0].weight, weights)
    if optimizer == "instance":
        assert not given.state and given.param_groups[0]["weight_decay"] == 1.0


def test_the_loss_that_is_enough() -> None:
    model, batch = models.perceptron(), models.batch()
    assert assert_overfits(model, batch, models.cross_entropy, to=1.0).facts["updates"] < 300
    with pytest.raises(AssertionError, match=r"to=1e-09 was asked for"):
        assert_overfits(model, batch, models.cross_entropy, to=1e-9, optimizer=torch.optim.Adam, steps=20)


def test_too_few_updates_is_no_pass() -> None:
    slow = lambda parameters: torch.optim.SGD(parameters, lr=0.05)  # noqa: E731
    with pytest.raises(AssertionError, match=r"LEARNING\n.*still falling"):
        assert_overfits(models.perceptron(), models.batch(), models.cross_entropy, optimizer=slow, steps=60)


def test_nothing_left_to_learn_is_no_pass_unless_it_is_allowed() -> None:
    learnt = lambda model, batch: model(batch[0]).sum() * 0  # noqa: E731
    with pytest.raises(AssertionError, match=r"INCONCLUSIVE\n.*before any update"):
        assert_overfits(models.perceptron(), models.batch(), learnt)
    assert not assert_overfits(models.perceptron(), models.batch(), learnt, allow="INCONCLUSIVE").ok
    with pytest.raises(UsageError, match=r"'BUG'.*is none of INCONCLUSIVE, UNSUPPORTED"):
        assert_overfits(models.perceptron(), models.batch(), learnt, allow="BUG")


def test_noise_within_the_loss_is_the_same_at_each_step() -> None:
    def denoise(model: Any, batch: Any) -> torch.Tensor:
        noise = torch.randn_like(batch[0])
        return F.mse_loss(model(batch[0] + 0.1 * noise), noise)

    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(8, 128), nn.Tanh(), nn.Linear(128, 8))
    assert assert_overfits(model, models.batch(), denoise).facts["variance_explained"] > 0.9


def test_a_loss_that_calls_another_model_is_refused_and_that_model_gets_no_gradient() -> None:
    model = models.normed()
    statistics = model[1].running_mean.clone()  # type: ignore[union-attr, operator]
    with pytest.raises(AssertionError, match="has to call that model, which is a copy"):
        assert_overfits(model, models.batch(), lambda _, batch: models.cross_entropy(model, batch))
    assert all(parameter.grad is None for parameter in model.parameters())
    assert torch.equal(model[1].running_mean, statistics)  # type: ignore[arg-type]


def test_an_exception_of_the_loss_is_told_with_its_line() -> None:
    inputs, targets = models.batch()
    with pytest.raises(AssertionError, match="UNSUPPORTED") as caught:
        assert_overfits(models.perceptron(), (inputs, targets[:3]), models.cross_entropy)
    assert "return F.cross_entropy" in str(caught.value) and "batch_size" in str(caught.value)
