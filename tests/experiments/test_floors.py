"""Each floor is the least value that a free prediction can be brought to, found by brute force."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
import torch
from torch.nn import functional as F

from trialrun.experiments.floors import floor_of, right_answers

torch.manual_seed(0)
INDICES = torch.tensor([0, 2, 1, 1, 3, 0])
MASKED = torch.tensor([0, -100, 1, -100, 3, 0])
SOFT = torch.randn(6, 4).softmax(1)
HARD = F.one_hot(INDICES, 4).float()
YES = (torch.arange(24).reshape(6, 4) % 3 == 0).float()
SHARES = torch.rand(6, 4)
WEIGHT = torch.tensor([0.5, 1.0, 2.0, 4.0])
IMAGE = torch.tensor([[[0, 1], [2, -100]], [[3, 3], [1, 0]]])  # N 2, H 2, W 2

# name, options, target, shape of the prediction
CALLS: dict[str, tuple[str, dict[str, Any], torch.Tensor, tuple[int, ...]]] = {
    "indices": ("cross_entropy", {}, INDICES, (6, 4)),
    "indices, summed": ("cross_entropy", {"reduction": "sum"}, INDICES, (6, 4)),
    "indices, weighted": ("cross_entropy", {"weight": WEIGHT}, INDICES, (6, 4)),
    "one sample": ("cross_entropy", {}, torch.tensor(2), (4,)),
    "ignored": ("cross_entropy", {}, MASKED, (6, 4)),
    "smoothed": ("cross_entropy", {"label_smoothing": 0.1}, INDICES, (6, 4)),
    "smoothed, summed": ("cross_entropy", {"label_smoothing": 0.2, "reduction": "sum"}, INDICES, (6, 4)),
    "smoothed, ignored": ("cross_entropy", {"label_smoothing": 0.3}, MASKED, (6, 4)),
    "smoothed, ignored, summed": ("cross_entropy", {"label_smoothing": 0.3, "reduction": "sum"}, MASKED, (6, 4)),
    "smoothed, own ignored": ("cross_entropy", {"label_smoothing": 0.1, "ignore_index": 0}, INDICES, (6, 4)),
    "smoothed, an image": ("cross_entropy", {"label_smoothing": 0.1}, IMAGE, (2, 4, 2, 2)),
    "smoothed to the full": ("cross_entropy", {"label_smoothing": 1.0}, INDICES, (6, 4)),
    "soft": ("cross_entropy", {}, SOFT, (6, 4)),
    "soft, summed": ("cross_entropy", {"reduction": "sum"}, SOFT, (6, 4)),
    "soft, smoothed": ("cross_entropy", {"label_smoothing": 0.1}, SOFT, (6, 4)),
    "soft, one sample": ("cross_entropy", {}, SOFT[0], (4,)),
    "soft, an image": ("cross_entropy", {}, SOFT[:4].T.reshape(1, 4, 2, 2), (1, 4, 2, 2)),
    "one-hot": ("cross_entropy", {}, HARD, (6, 4)),
    "one-hot, smoothed": ("cross_entropy", {"label_smoothing": 0.1}, HARD, (6, 4)),
    "yes or no": ("binary_cross_entropy_with_logits", {}, YES, (6, 4)),
    "yes or no, pos_weight": ("binary_cross_entropy_with_logits", {"pos_weight": WEIGHT}, YES, (6, 4)),
    "shares": ("binary_cross_entropy_with_logits", {}, SHARES, (6, 4)),
    "shares, pos_weight": ("binary_cross_entropy_with_logits", {"pos_weight": WEIGHT}, SHARES, (6, 4)),
    "shares, weight": ("binary_cross_entropy_with_logits", {"weight": SHARES.flip(0)}, SHARES, (6, 4)),
    "shares, weight of a column": ("binary_cross_entropy_with_logits", {"weight": WEIGHT}, SHARES, (6, 4)),
    "shares, both, summed": (
        "binary_cross_entropy_with_logits",
        {"weight": WEIGHT, "pos_weight": WEIGHT.flip(0), "reduction": "sum"},
        SHARES,
        (6, 4),
    ),
    "squares": ("mse_loss", {}, SHARES, (6, 4)),
    "absolute": ("l1_loss", {"reduction": "sum"}, SHARES, (6, 4)),
    "Huber": ("huber_loss", {"delta": 0.5}, SHARES, (6, 4)),
    "smooth L1": ("smooth_l1_loss", {}, SHARES, (6, 4)),
    "multi-margin": ("multi_margin_loss", {}, INDICES, (6, 4)),
    "soft margin": ("soft_margin_loss", {}, 2 * YES - 1, (6, 4)),
    "multilabel soft margin": ("multilabel_soft_margin_loss", {}, YES, (6, 4)),
}


def least(name: str, options: dict[str, Any], target: torch.Tensor, shape: tuple[int, ...]) -> float:
    """The smallest loss that Newton-like steps on the prediction itself come to, in float64."""
    function = getattr(F, name)
    exact = {key: value.double() if isinstance(value, torch.Tensor) else value for key, value in options.items()}
    wanted = target.double() if target.is_floating_point() else target
    prediction = torch.zeros(shape, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([prediction], lr=1, max_iter=400, line_search_fn="strong_wolfe", tolerance_grad=1e-12)

    def closure() -> Any:
        optimiser.zero_grad()
        loss = function(prediction, wanted, **exact)
        loss.backward()
        return loss

    for _ in range(4):
        optimiser.step(closure)
    return float(function(prediction.detach(), wanted, **exact))


def complete(name: str, options: dict[str, Any]) -> dict[str, Any]:
    """The options as the probe hands them over: with torch's defaults."""
    defaults = {
        key: parameter.default
        for key, parameter in inspect.signature(getattr(F, name)).parameters.items()
        if parameter.default is not inspect.Parameter.empty
    }
    return {**defaults, **options}


@pytest.mark.parametrize(("name", "options", "target", "shape"), CALLS.values(), ids=CALLS)
def test_a_floor_is_the_least_value(
    name: str, options: dict[str, Any], target: torch.Tensor, shape: tuple[int, ...]
) -> None:
    floor, why = floor_of(name, complete(name, options), torch.zeros(shape), target)
    assert floor == pytest.approx(least(name, options, target, shape), abs=2e-4, rel=1e-4)
    assert why


def test_probabilities_instead_of_logits() -> None:
    least_at = SHARES.clone().requires_grad_()  # the least is at the targets themselves
    loss = F.binary_cross_entropy(least_at, SHARES)
    floor, _ = floor_of("binary_cross_entropy", complete("binary_cross_entropy", {}), least_at, SHARES)
    assert floor == pytest.approx(loss.item(), rel=1e-5)
    assert floor_of("binary_cross_entropy", complete("binary_cross_entropy", {}), least_at, YES)[0] == 0.0
    logs = torch.randn(6, 4).log_softmax(1)
    assert floor_of("nll_loss", complete("nll_loss", {}), logs, INDICES)[0] == 0.0


UNKNOWN: dict[str, tuple[str, dict[str, Any], torch.Tensor, torch.Tensor | None]] = {
    "no target": ("cross_entropy", {}, torch.zeros(6, 4), None),
    "smoothed and weighted": ("cross_entropy", {"label_smoothing": 0.1, "weight": WEIGHT}, torch.zeros(6, 4), INDICES),
    "soft and weighted": ("cross_entropy", {"weight": WEIGHT}, torch.zeros(6, 4), SOFT),
    "targets that are no distribution": ("cross_entropy", {}, torch.zeros(6, 4), 2 * SOFT),
    "negative targets": ("cross_entropy", {}, torch.zeros(6, 4), SOFT - 0.5),
    "likelihoods that are none": ("nll_loss", {}, torch.zeros(6, 4), INDICES),
    "shares above 1": ("binary_cross_entropy_with_logits", {}, torch.zeros(6, 4), 2 * SHARES),
    "another function": ("gaussian_nll_loss", {}, torch.zeros(6), torch.zeros(6)),
}


@pytest.mark.parametrize(("name", "options", "prediction", "target"), UNKNOWN.values(), ids=UNKNOWN)
def test_no_floor_is_given_where_none_is_known(
    name: str, options: dict[str, Any], prediction: torch.Tensor, target: torch.Tensor | None
) -> None:
    assert floor_of(name, options, prediction, target) is None


def test_a_loss_that_is_not_reduced_has_no_one_floor() -> None:
    found = floor_of("cross_entropy", complete("cross_entropy", {"reduction": "none"}), torch.zeros(6, 4), SOFT)
    assert found is None or found[0] is None


def test_right_answers_leave_out_what_is_ignored() -> None:
    guess = F.one_hot(torch.tensor([0, 2, 1, 3, 3, 1]), 4).float()
    assert right_answers("cross_entropy", {}, guess, INDICES) == (4, 6)
    assert right_answers("cross_entropy", {"ignore_index": -100}, guess, MASKED) == (3, 4)
    assert right_answers("nll_loss", {"ignore_index": 0}, guess, INDICES) == (3, 4)
    assert right_answers("cross_entropy", {}, guess, SOFT) is None
    assert right_answers("binary_cross_entropy_with_logits", {}, 2 * YES - 1, YES) == (24, 24)
    assert right_answers("binary_cross_entropy", {}, 0.2 + 0.2 * YES, YES) == (16, 24)
    assert right_answers("binary_cross_entropy_with_logits", {}, SHARES, SHARES) is None
    assert right_answers("mse_loss", {}, SHARES, SHARES) is None
