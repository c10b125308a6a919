from __future__ import annotations

import pytest
import torch
from torch import nn

from tests.testing import models
from trialrun.testing import assert_gradients_flow


def test_each_parameter_has_one_and_the_model_stays_as_it_was() -> None:
    model = models.normed()
    mean = model[1].running_mean.clone()  # type: ignore[union-attr, operator]
    state = torch.get_rng_state()
    result = assert_gradients_flow(model, models.batch(), models.cross_entropy)
    assert result.verdict == "FLOWS" and result.facts["reached"] == 6
    assert {row["parameter"] for row in result.rows} == {name for name, _ in model.named_parameters()}
    assert all(parameter.grad is None for parameter in model.parameters())
    assert torch.equal(model[1].running_mean, mean) and torch.equal(torch.get_rng_state(), state)  # type: ignore[arg-type]


def test_what_gets_none_is_named() -> None:
    with pytest.raises(AssertionError, match="BLOCKED") as caught:
        assert_gradients_flow(models.Blind(), models.batch(), models.cross_entropy)
    told = str(caught.value)
    assert "1 of 6 trainable parameters" in told and "detach()" in told
    for line in ("first.weight: none", "unused.bias: none", "last.weight: all zero"):
        assert line in told
    assert "last.bias:" not in told


def test_frozen_ones_are_declared_and_held_to_it() -> None:
    declared = ("first.*", "unused.*", "last.weight")
    assert assert_gradients_flow(models.Blind(), models.batch(), models.cross_entropy, frozen=declared).ok
    with pytest.raises(AssertionError, match=r"0\.bias: gradient of norm .*frozen='0\.\*'"):
        assert_gradients_flow(models.perceptron(), models.batch(), models.cross_entropy, frozen="0.*")
    with pytest.raises(AssertionError, match=r"frozen='encoder\.\*': matches no parameter"):
        assert_gradients_flow(models.perceptron(), models.batch(), models.cross_entropy, frozen="encoder.*")


def test_names_are_those_of_the_model_before_it_was_compiled() -> None:
    compiled = torch.compile(models.perceptron(), backend="eager")
    result = assert_gradients_flow(compiled, models.batch(), models.cross_entropy)
    assert [row["parameter"] for row in result.rows] == ["0.weight", "0.bias", "3.weight", "3.bias"]


def test_what_requires_no_gradient_is_not_asked_for_one() -> None:
    model = models.perceptron()
    model[0].requires_grad_(False)
    result = assert_gradients_flow(model, models.batch(), models.cross_entropy, frozen="0.*")
    assert result.facts["trainable"] == 2 and result.facts["requires_no_grad"] == 2


def test_a_layer_that_begins_at_zero_holds_nothing_back() -> None:
    model = models.perceptron()
    last = model[3]
    assert isinstance(last, nn.Linear)
    nn.init.zeros_(last.weight)
    result = assert_gradients_flow(model, models.batch(), models.cross_entropy)
    assert result.ok and "0.weight" in result.summary[0]


def test_one_of_several_batches_is_enough() -> None:
    class Experts(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.each = nn.ModuleList([nn.Linear(8, 4), nn.Linear(8, 4)])

        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            return self.each[int(inputs[0, 0] > 0)](inputs)

    inputs, targets = models.batch()
    high, low = inputs.abs(), -inputs.abs()
    with pytest.raises(AssertionError, match=r"each\.0\.weight: none"):
        assert_gradients_flow(Experts(), (high, targets), models.cross_entropy)
    both = assert_gradients_flow(Experts(), (high, targets), models.cross_entropy, further_batches=[(low, targets)])
    assert both.facts["batches"] == 2
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(low, targets), batch_size=8)
    with pytest.raises(AssertionError, match=r"each\.1\.weight: none"):
        assert_gradients_flow(Experts(), loader, models.cross_entropy)


def test_a_gradient_that_is_no_number() -> None:
    with pytest.raises(AssertionError, match="not finite"):
        assert_gradients_flow(models.perceptron(), models.batch(), lambda m, b: m(b[0]).sub(m(b[0])).sqrt().sum())


def test_no_gradient_at_all_is_unsupported_and_can_be_allowed() -> None:
    with pytest.raises(AssertionError, match="UNSUPPORTED") as caught:
        assert_gradients_flow(models.perceptron(), models.batch(), lambda m, b: m(b[0]).sum().detach())
    assert "allow=" in str(caught.value)
    assert not assert_gradients_flow(nn.Identity(), models.batch(), allow=("UNSUPPORTED",)).ok
