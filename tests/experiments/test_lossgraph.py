"""What a loss is made of is read from its graph: tagged loss functions alone, or something else besides."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from trialrun import _torch
from trialrun.experiments.lossgraph import is_nonlinear, terms_of

x = torch.linspace(-1, 1, 24).reshape(6, 4)
y = torch.tensor([0, 1, 2, 3, 0, 1])


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.hidden = nn.Linear(4, 4)
        self.head = nn.Linear(4, 4)


def tagged(loss: torch.Tensor, name: str) -> torch.Tensor:
    _torch.tag(loss.grad_fn)["test"] = name
    return loss


def entropy(net: Net, reduction: str = "mean") -> torch.Tensor:
    return tagged(F.cross_entropy(net.head(x), y, reduction=reduction), "ce")


def squares(net: Net) -> torch.Tensor:
    return tagged(F.mse_loss(net.hidden(x), x), "mse")


ALONE: dict[str, tuple[Callable[[Net], torch.Tensor], list[str]]] = {
    "itself": (entropy, ["ce"]),
    "divided, as when accumulating": (lambda net: entropy(net) / 4, ["ce"]),
    "mean of those of the samples": (lambda net: entropy(net, "none").mean(), ["ce"]),
    "masked": (lambda net: (entropy(net, "none") * (y > 0)).sum() / (y > 0).sum(), ["ce"]),
    "a sum of two": (lambda net: entropy(net) + 0.5 * squares(net), ["ce", "mse"]),
    "stacked": (lambda net: torch.stack([entropy(net), squares(net)]).mean(), ["ce", "mse"]),
    "of parts": (lambda net: sum(entropy(net) for _ in range(3)) / 3, ["ce"] * 3),  # type: ignore[return-value]
    "squares by hand": (lambda net: ((net.head(x) - x) ** 2).mean(), ["squares"]),
    "absolute values by hand": (lambda net: (net.head(x) - x).abs().sum(), ["squares"]),
    "both": (lambda net: entropy(net) + (net.head(x) - x).pow(2).mean(), ["ce", "squares"]),
}


@pytest.mark.parametrize(("loss", "terms"), ALONE.values(), ids=ALONE)
def test_terms(loss: Callable[[Net], torch.Tensor], terms: list[str]) -> None:
    assert sorted(terms_of(loss(Net()), "test") or []) == terms


MORE: dict[str, Callable[[Net], torch.Tensor]] = {
    "a penalty on weights": lambda net: entropy(net) + 1e-3 * net.head.weight.pow(2).sum(),
    "an absolute penalty on weights": lambda net: entropy(net) + 1e-3 * net.head.weight.abs().sum(),
    "a norm": lambda net: entropy(net) + net.hidden(x).norm(),
    "an entropy bonus": lambda net: entropy(net) - (net.head(x).softmax(1) * net.head(x).log_softmax(1)).sum(),
    "log-likelihood by hand": lambda net: -net.head(x).log_softmax(1)[range(6), y].mean(),
    "a divergence": lambda net: entropy(net) - 0.5 * (1 + net.hidden(x) - net.hidden(x).exp()).sum(),
    "cubes": lambda net: (net.head(x) ** 3).mean(),
    "the output itself": lambda net: net.head(x).mean(),
    "a root": lambda net: squares(net).sqrt(),
}


@pytest.mark.parametrize("loss", MORE.values(), ids=MORE)
def test_something_else_goes_into_it(loss: Callable[[Net], torch.Tensor]) -> None:
    assert terms_of(loss(Net()), "test") is None


def test_a_difference_of_losses_has_no_floor_of_zero() -> None:
    """Of one minus another the second grows without bound."""
    assert terms_of(entropy(Net()) - squares(Net()), "test") is None


def test_marks_of_others_and_numbers_without_a_graph() -> None:
    assert terms_of(entropy(Net()), "other") is None
    assert terms_of(torch.tensor(1.0), "test") is None
    assert is_nonlinear(torch.tensor(1.0)) is None


LINEAR: dict[str, Callable[[Net], torch.Tensor]] = {
    "a classifier": entropy,
    "two layers without anything between": lambda net: F.cross_entropy(net.head(net.hidden(x)), y),
    "squares": lambda net: F.mse_loss(net.hidden(x).reshape(-1), x.reshape(-1)),
    "squares by hand": lambda net: ((net.hidden(x) - x) ** 2).mean(),
    "a sigmoid at the end": lambda net: F.binary_cross_entropy(net.head(x).sigmoid(), (x > 0).float()),
}
NONLINEAR: dict[str, Callable[[Net], torch.Tensor]] = {
    "ReLU": lambda net: F.cross_entropy(net.head(net.hidden(x).relu()), y),
    "tanh": lambda net: F.mse_loss(net.head(net.hidden(x).tanh()), x),
    "normalisation": lambda net: F.cross_entropy(net.head(F.layer_norm(net.hidden(x), (4,))), y),
    "pooling": lambda net: F.mse_loss(F.max_pool1d(net.hidden(x)[None], 2)[0], x[:, :2]),
    "attention": lambda net: F.mse_loss(F.scaled_dot_product_attention(*[net.hidden(x)[None, None]] * 3)[0, 0], x),
}


@pytest.mark.parametrize("loss", LINEAR.values(), ids=LINEAR)
def test_linear(loss: Callable[[Net], torch.Tensor]) -> None:
    assert is_nonlinear(loss(Net())) is False


@pytest.mark.parametrize("loss", NONLINEAR.values(), ids=NONLINEAR)
def test_nonlinear(loss: Callable[[Net], torch.Tensor]) -> None:
    assert is_nonlinear(loss(Net())) is True
