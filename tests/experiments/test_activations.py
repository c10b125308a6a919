"""What a changed call computes, beside the call that was meant."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from trialrun.evidence.softmaxes import SoftmaxUse
from trialrun.experiments.activations import Operations, logits_into, softmax_over_classes


def under(change: Operations, run: str, **values: torch.Tensor) -> torch.Tensor:
    end = change.begin()
    try:
        result = eval(run, {"torch": torch, "F": F, **values})
    finally:
        end()
    assert isinstance(result, torch.Tensor)
    return result.detach()


def test_a_loss_gets_the_logits_back() -> None:
    x, y = torch.randn(7, 4, requires_grad=True), torch.arange(7) % 4
    change = logits_into(frozenset({("cross_entropy", "softmax"), ("binary_cross_entropy_with_logits", "sigmoid")}))
    target = F.one_hot(y, 4).float()

    assert under(change, "F.cross_entropy(x.softmax(1), y)", x=x, y=y) == pytest.approx(F.cross_entropy(x, y).item())
    with_logits = F.binary_cross_entropy_with_logits(x, target)
    run = "F.binary_cross_entropy_with_logits(target=y, input=torch.sigmoid(x).view(7, 4))"
    assert under(change, run, x=x, y=target) == pytest.approx(with_logits.item(), rel=1e-5)
    assert change.seen == 2


@pytest.mark.parametrize("run", ["F.cross_entropy(x, y)", "F.cross_entropy(2 * x.softmax(1), y)", "x.softmax(1)[0, 0]"])
def test_other_calls_are_left_alone(run: str) -> None:
    x, y = torch.randn(7, 4, requires_grad=True), torch.arange(7) % 4
    change = logits_into(frozenset({("cross_entropy", "softmax")}))

    assert torch.equal(under(change, run, x=x, y=y), eval(run, {"F": F, "x": x, "y": y}).detach())
    assert change.seen == 0


@pytest.mark.parametrize(
    "run", ["F.softmax(x, 0)", "x.softmax(dim=-3)", "torch.softmax(x, dim=0)", "F.softmax(x, dim=None)"]
)
@pytest.mark.filterwarnings("ignore:Implicit dimension choice")
def test_a_softmax_over_samples_runs_over_classes(run: str) -> None:
    x = torch.randn(5, 4, 3)
    use = SoftmaxUse(None, "softmax", (9, 4, 3), 0, uses=1, single_uses=0, loss_shape=(9, 4, 3), over_samples=1)
    change = softmax_over_classes((use,))

    assert torch.equal(under(change, run, x=x), x.softmax(1))
    assert change.seen == 1
    assert torch.equal(under(change, "x.softmax(2)", x=x), x.softmax(2))
    assert torch.equal(under(change, "x.softmax(0)", x=x[:, :2]), x[:, :2].softmax(0))
    assert change.seen == 1
