"""The experiment on real models: right loops pass, mistakes are named, coupling is told from both."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import numpy
import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.checkpoint import checkpoint

from trialrun import numerics
from trialrun.evidence.numerics import NumericsResult, Verdict

PASSED = (Verdict.BITWISE, Verdict.ROUNDING)
IGNORED = -100
SAMPLES = 22


def net(*middle: nn.Module) -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(6, 12), *middle, nn.Tanh(), nn.Linear(12, 4))


def batch() -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(1)
    return torch.randn(SAMPLES, 6), torch.randint(0, 4, (SAMPLES,))


def masked() -> tuple[torch.Tensor, torch.Tensor]:
    inputs, targets = batch()
    targets[torch.rand(SAMPLES) < 0.4] = IGNORED
    return inputs, targets


def mean(model: Any, data: Any) -> torch.Tensor:
    return F.cross_entropy(model(data[0]), data[1])


def total(model: Any, data: Any) -> torch.Tensor:
    return F.cross_entropy(model(data[0]), data[1], reduction="sum")


def class_weighted(model: Any, data: Any) -> torch.Tensor:
    scores = model(data[0])
    return F.cross_entropy(scores, data[1], weight=torch.tensor([1.0, 2.0, 5.0, 0.5]).to(scores))


def squared_root(model: Any, data: Any) -> torch.Tensor:
    return F.mse_loss(model(data[0]), F.one_hot(data[1], 4).to(data[0])).sqrt()


def contrastive(model: Any, data: Any) -> torch.Tensor:
    codes = F.normalize(model(data[0]), dim=1)
    return F.cross_entropy(codes @ codes.T / 0.1 - 9 * torch.eye(len(codes)).to(codes), data[1] % len(codes))


def penalised(model: Any, data: Any) -> torch.Tensor:
    return total(model, data) + sum((parameter**2).sum() for parameter in model.parameters())


def naive(model: Any, micro_batches: list[Any], loss: Any) -> None:
    for data in micro_batches:
        (loss(model, data) / len(micro_batches)).backward()


def by_samples(model: Any, micro_batches: list[Any], loss: Any) -> None:
    for data in micro_batches:
        (loss(model, data) * len(data[0]) / sum(len(other[0]) for other in micro_batches)).backward()


def undivided(model: Any, micro_batches: list[Any], loss: Any) -> None:
    for data in micro_batches:
        loss(model, data).backward()


def scaled_without_unscale(model: Any, micro_batches: list[Any], loss: Any) -> None:
    scaler = torch.amp.GradScaler("cpu")
    for data in micro_batches:
        scaler.scale(loss(model, data) / len(micro_batches)).backward()


def clipped_by_value(model: Any, micro_batches: list[Any], loss: Any) -> None:
    naive(model, micro_batches, loss)
    nn.utils.clip_grad_value_(model.parameters(), 1e-3)


def judged(loss: Any, accumulate: Any = None, model: nn.Module | None = None, **options: Any) -> NumericsResult:
    data = options.pop("data", None) or batch()
    return numerics.accum(model or net(), data, loss, accumulate=accumulate, **options)


@pytest.mark.parametrize("scale", [1e-4, 1e3])
@pytest.mark.parametrize(
    ("loss", "data", "goes_by"),
    [
        (mean, batch, "number (the default)"),
        (total, batch, 'reduction="sum"'),
        (mean, masked, "trialrun.accumulate needs count="),
        (class_weighted, batch, "trialrun.accumulate needs count="),
    ],
)
def test_the_template_is_right_and_the_result_says_what_to_count(
    loss: Any, data: Callable[[], Any], goes_by: str, scale: float
) -> None:
    found = judged(lambda model, taken: loss(model, taken) * scale, data=data())
    assert found.verdict in PASSED, found.reason
    assert goes_by in found.facts["loss_goes_by"]
    assert not found.facts["naive_recipe_right"]
    assert "caught" in found.control
    assert "not caught" not in found.control
    for case in found.facts["cases"]:
        assert case["control"] == "BUG"
        assert case["fp64_relative"] < 1e-13
        assert case["fp32_ratio"] < 4


@pytest.mark.parametrize(
    ("loss", "accumulate", "name"),
    [
        (mean, undivided, "missing 1/k"),
        (mean, naive, "ragged tail"),
        (total, naive, "mean of sums"),
        (class_weighted, naive, "mean of means"),
        (class_weighted, by_samples, "mean of means"),  # of one size these are the same
        (mean, scaled_without_unscale, "not unscaled"),
        (mean, clipped_by_value, "unexplained"),
        (penalised, undivided, "shared term"),
    ],
)
def test_a_mistake_is_named_with_both_weights(loss: Any, accumulate: Any, name: str) -> None:
    found = judged(loss, accumulate)
    assert found.verdict is Verdict.BUG, found.reason
    assert f"({name})" in found.reason
    assert "Implied weights" in found.reason
    assert ", right" in found.reason
    assert found.advice
    assert found.exit_status == 1


@pytest.mark.parametrize(("loss", "accumulate"), [(mean, by_samples), (total, undivided)])
def test_a_right_loop_of_the_users_passes(loss: Any, accumulate: Any) -> None:
    assert judged(loss, accumulate).verdict in PASSED
    assert judged(mean, naive, ragged=False).verdict in PASSED


def test_noise_is_switched_off_and_not_called_a_mistake() -> None:
    class Noisy(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.last = nn.Linear(6, 12), nn.Linear(12, 4)
            self.attention = nn.MultiheadAttention(12, 2, dropout=0.3, batch_first=True)
            self.memory = nn.LSTM(12, 12, num_layers=2, dropout=0.4, batch_first=True)
            self.drop = nn.Dropout(0.5)

        def block(self, values: torch.Tensor) -> torch.Tensor:
            return F.dropout(self.drop(values).tanh(), 0.5, self.training)

        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            values = checkpoint(self.block, self.first(inputs), use_reentrant=False)[:, None]
            values = values + self.attention(values, values, values)[0] + self.memory(values)[0]
            values = values + F.scaled_dot_product_attention(values, values, values, dropout_p=0.2)
            return self.last(values[:, 0])

    torch.manual_seed(0)
    found = judged(mean, by_samples, Noisy())
    assert found.verdict in PASSED, found.reason


def test_batch_norm_couples_and_the_loop_is_judged_without_it() -> None:
    found = judged(mean, by_samples, net(nn.BatchNorm1d(12)))
    assert found.verdict is Verdict.COUPLED, found.reason
    assert "in the model (BatchNorm in training: 1)" in found.reason
    assert found.exit_status == 1
    assert judged(mean, by_samples, net(nn.BatchNorm1d(12)), expect=("COUPLED",)).exit_status == 0
    wrong = judged(mean, undivided, net(nn.BatchNorm1d(12)), expect=("COUPLED",))
    assert wrong.verdict is Verdict.BUG
    assert wrong.reason.startswith("With BatchNorm held at its running statistics")
    assert judged(mean, by_samples, net(nn.BatchNorm1d(12)).eval()).verdict in PASSED


def test_losses_that_compare_samples_are_coupled_and_no_mistake() -> None:
    for accumulate in (None, naive):
        found = judged(contrastive, accumulate)
        assert found.verdict is Verdict.COUPLED, found.reason
        assert found.facts["coupling"]["place"] == "loss"


def test_a_loss_that_is_no_sum_of_terms_is_coupled_though_some_weights_fit() -> None:
    for accumulate in (None, by_samples):
        found = judged(squared_root, accumulate)
        assert found.verdict is Verdict.COUPLED, found.reason
        assert found.facts["coupling"]["kind"] == "values"


def test_a_recurrent_model_that_takes_the_batch_for_time_is_coupled_in_the_model() -> None:
    class Recurrent(nn.Module):
        def __init__(self, batch_first: bool) -> None:
            super().__init__()
            self.memory, self.last = nn.LSTM(6, 5, batch_first=batch_first), nn.Linear(5, 4)

        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            return self.last(self.memory(inputs[:, None])[0][:, 0])

    torch.manual_seed(0)
    found = judged(mean, by_samples, Recurrent(batch_first=False))
    assert found.verdict is Verdict.COUPLED
    assert "in the model" in found.reason
    assert "batch_first" in found.advice
    assert judged(mean, by_samples, Recurrent(batch_first=True)).verdict in PASSED


@pytest.mark.parametrize("parameters", [1, 2])
def test_models_of_few_parameters_are_told_apart_all_the_same(parameters: int) -> None:
    torch.manual_seed(0)
    inputs = torch.randn(SAMPLES, parameters)
    data = inputs, 2 * inputs.sum(1, keepdim=True) + 0.1 * torch.randn(SAMPLES, 1)

    def squares(model: Any, taken: Any) -> torch.Tensor:
        return F.mse_loss(model(taken[0]), taken[1])

    def roots(model: Any, taken: Any) -> torch.Tensor:
        return squares(model, taken).sqrt()

    line = nn.Linear(parameters, 1, bias=False)
    assert judged(squares, by_samples, line, data=data).verdict in PASSED
    assert "(missing 1/k)" in judged(squares, undivided, line, data=data).reason
    assert judged(roots, by_samples, line, data=data).verdict is Verdict.COUPLED
    normed = nn.Sequential(nn.BatchNorm1d(parameters), line)
    assert judged(squares, by_samples, normed, data=data).verdict is Verdict.COUPLED


def test_class_weights_in_float32_that_the_loss_holds_have_a_float64_path() -> None:
    criterion = nn.CrossEntropyLoss(weight=torch.tensor([1.0, 2.0, 5.0, 0.5]))

    def held(model: Any, data: Any) -> torch.Tensor:
        return criterion(model(data[0]), data[1])

    found = judged(held)
    assert found.verdict in PASSED, found.reason
    assert found.facts["loss_goes_by"].startswith("a mean over something else")
    assert criterion.weight.dtype is torch.float32


def test_a_loop_under_autocast_beside_a_batch_without_it_is_not_judged() -> None:
    def cast(model: Any, micro_batches: list[Any], loss: Any) -> None:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            losses = [loss(model, data) * len(data[0]) for data in micro_batches]
        (sum(losses) / sum(len(data[0]) for data in micro_batches)).backward()

    found = judged(mean, cast)
    assert found.verdict is Verdict.INCONCLUSIVE, found.reason
    assert "bfloat16" in found.reason
    assert found.advice


def test_a_gradient_at_its_minimum_is_not_judged() -> None:
    inputs = torch.randn(SAMPLES, 3, dtype=torch.float64)
    line = nn.Linear(3, 1, bias=False).double()
    targets = torch.randn(SAMPLES, 1, dtype=torch.float64)
    even = SAMPLES - SAMPLES % 4
    line.weight.data = torch.linalg.lstsq(inputs[:even], targets[:even]).solution.T.clone()
    data = inputs[:even], targets[:even]
    found = judged(lambda m, taken: F.mse_loss(m(taken[0]), taken[1]), by_samples, line, data=data, ragged=False)
    assert found.verdict is Verdict.INCONCLUSIVE, found.reason
    assert "cancel" in found.reason


def test_a_penalty_in_a_mean_is_no_coupling() -> None:
    def decayed(model: Any, data: Any) -> torch.Tensor:
        return mean(model, data) + 0.1 * sum((parameter**2).sum() for parameter in model.parameters())

    assert judged(decayed, by_samples).verdict in PASSED


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"data": (torch.randn(1, 6), torch.zeros(1).long())}, "1 sample"),
        ({"micro_batches": 1}, "nothing to compare"),
        ({"micro_batches": SAMPLES + 1}, "more micro-batches than samples"),
        ({"loss": lambda model, data: model(data[0])}, "(20, 4)"),
        ({"loss": lambda model, data: 1.0}, "float"),
        ({"loss": lambda model, data: mean(model, data).detach()}, "no gradient"),
        ({"loss": lambda model, data: mean(model, data) * 0}, "zero"),
        ({"loss": lambda model, data: mean(model, data) / 0}, "not finite"),
        ({"loss": lambda model, data: F.cross_entropy(model(data[0]).float(), data[1])}, "no float64 path"),
        ({"loss": lambda model, data: mean(model, (data[0] + torch.rand(()), data[1]))}, "random"),
        ({"loss": lambda model, data: data["inputs"]}, "TypeError"),
        ({"loss": None}, "there is no loss"),
        ({"model": nn.Flatten()}, "no parameter"),
        ({"model": lambda inputs: inputs}, "no torch.nn.Module"),
        ({"accumulate": lambda model, micro_batches, loss: None}, "left no gradient"),
        ({"accumulate": lambda model, micro_batches, loss: 1 / 0}, "ZeroDivisionError"),
    ],
)
def test_what_cannot_be_judged_says_why(changed: dict[str, Any], word: str) -> None:
    given: dict[str, Any] = {"loss": mean, **changed}
    found = judged(given.pop("loss"), **given)
    assert found.verdict is Verdict.UNSUPPORTED, found.reason
    assert word in found.reason
    assert found.exit_status == 5


def test_a_loop_that_makes_its_update_is_refused() -> None:
    def stepping(model: Any, micro_batches: list[Any], loss: Any) -> None:
        naive(model, micro_batches, loss)
        torch.optim.SGD(model.parameters(), lr=0.1).step()

    found = judged(mean, stepping)
    assert found.verdict is Verdict.UNSUPPORTED
    assert "stepping() changed the parameters" in found.reason


def test_a_gradient_kept_in_half_precision_passes_in_float64_and_is_caught_in_float32() -> None:
    def halved(model: Any, micro_batches: list[Any], loss: Any) -> None:
        by_samples(model, micro_batches, loss)
        for parameter in model.parameters():
            if parameter.dtype is torch.float32:
                parameter.grad = parameter.grad.bfloat16().float()

    found = judged(mean, halved)
    assert found.verdict is Verdict.BUG
    assert "fewer bits than float32" in found.reason


def test_a_gradient_clipped_by_norm_has_no_size_to_judge() -> None:
    def clipped(model: Any, micro_batches: list[Any], loss: Any) -> None:
        by_samples(model, micro_batches, loss)
        nn.utils.clip_grad_norm_(model.parameters(), 0.05)

    found = judged(mean, clipped)
    assert found.verdict is Verdict.INCONCLUSIVE, found.reason
    assert "a norm of 0.05" in found.reason
    assert "Clip after clipped()" in found.advice


def test_equal_samples_have_no_weights_of_their_own_yet_a_mistake_is_named() -> None:
    inputs, targets = batch()
    same = inputs[:1].expand(SAMPLES, -1).clone(), targets[:1].expand(SAMPLES).clone()
    assert judged(mean, by_samples, data=same).verdict in PASSED
    found = judged(mean, undivided, data=same)
    assert found.verdict is Verdict.BUG
    assert "(missing 1/k)" in found.reason


@pytest.mark.parametrize("loss", [mean, contrastive, penalised])
def test_a_result_survives_json_and_has_a_row_a_case(loss: Any) -> None:
    found = judged(loss, undivided, net(nn.BatchNorm1d(12)))
    text = json.dumps(found.payload(), allow_nan=False)
    assert NumericsResult.from_payload(json.loads(text)).facts == found.facts
    assert len(found.rows) == len(found.facts["cases"]) + len(found.facts["cases_batch_norm_frozen"])
    for row in found.rows:
        assert row["test"] == "accum"
        assert len(row["implied_weights"].split()) == row["micro_batches"] == len(row["micro_batch_sizes"].split())
        assert row["negative_control"] == "BUG"


def streams() -> list[Any]:
    return [torch.get_rng_state().tolist(), random.getstate(), numpy.random.get_state()[1].tolist()]


def test_a_smaller_micro_batch_that_the_model_refuses_is_left_out_and_said() -> None:
    inputs, targets = batch()
    found = judged(mean, by_samples, net(nn.BatchNorm1d(12)), data=(inputs[:9], targets[:9]))
    assert found.verdict is Verdict.COUPLED
    assert any("more than 1 value per channel" in line for line in found.summary)


@pytest.mark.parametrize("fails", [False, True])
def test_nothing_of_the_users_is_changed(fails: bool) -> None:
    model = net(nn.BatchNorm1d(12), nn.Dropout(0.5)).train()
    data = batch()
    mean(model, data).backward()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    gradients = [parameter.grad for parameter in model.parameters()]
    kept = [gradient.clone() for gradient in gradients if gradient is not None]
    state = streams()
    torch.use_deterministic_algorithms(True, warn_only=True)
    settings = (torch.is_grad_enabled(), torch.get_num_threads(), torch.get_float32_matmul_precision())
    try:
        found = judged(mean, (lambda *given: 1 / 0) if fails else undivided, model, data=data)
        assert torch.are_deterministic_algorithms_enabled()
    finally:
        torch.use_deterministic_algorithms(False)
    assert found.verdict is (Verdict.UNSUPPORTED if fails else Verdict.BUG)
    assert (torch.is_grad_enabled(), torch.get_num_threads(), torch.get_float32_matmul_precision()) == settings
    assert streams() == state
    assert all(torch.equal(value, model.state_dict()[name]) for name, value in before.items())
    assert all(p.grad is old for p, old in zip(model.parameters(), gradients, strict=True))
    assert all(torch.equal(old, now) for old, now in zip(kept, gradients, strict=True) if now is not None)
    assert all(module.training for module in model.modules())
    assert model[2].p == 0.5
