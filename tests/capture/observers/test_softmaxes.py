from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from trialrun.evidence.softmaxes import SoftmaxUse


def _trained(watched: Any, loss: Any, classes: int = 3, targets: torch.Tensor | None = None) -> list[SoftmaxUse]:
    """Three steps over batches of 8, 8 and 4 samples of 5 features."""

    def program(conductor: Any) -> None:
        model = nn.Linear(5, classes)
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        data = TensorDataset(torch.randn(20, 5), torch.arange(20) % classes if targets is None else targets)
        for features, labels in conductor.training(DataLoader(data, batch_size=8)):
            optimiser.zero_grad()
            loss(model(features), labels).backward()
            optimiser.step()

    return list(watched(program).evidence.softmax)


def test_a_softmax_over_samples_is_told_from_one_over_classes(watched: Any) -> None:
    (wrong,) = _trained(watched, lambda out, labels: F.nll_loss(F.log_softmax(out, dim=0), labels))
    (moved,) = _trained(watched, lambda out, labels: F.nll_loss(F.log_softmax(out.T, dim=1).T, labels))
    (right,) = _trained(watched, lambda out, labels: F.nll_loss(out.log_softmax(-1), labels))

    assert (wrong.axis, wrong.uses, wrong.over_samples, wrong.pairing) == (0, 3, 3, 0)
    assert (moved.axis, moved.over_samples) == (1, 3)
    assert (right.axis, right.over_samples) == (1, 0)


def test_targets_that_number_the_samples_are_pairing(watched: Any) -> None:
    (use,) = _trained(
        watched, lambda out, _: F.nll_loss(F.log_softmax(out[:, : len(out)], dim=0), torch.arange(len(out))), 9
    )

    assert use.over_samples == use.pairing == 3


def test_axis_without_a_name_and_batch_sizes(watched: Any) -> None:
    def loss(out: torch.Tensor, _: torch.Tensor) -> torch.Tensor:
        return (torch.softmax(out.unsqueeze(2).expand(-1, -1, 2), 0) * out.unsqueeze(2)).sum()

    (use,) = _trained(watched, loss)

    assert (use.axis, use.batch_axis, use.batch_sizes, use.loss) == (0, 3, (4, 8), "")


def test_one_probability_a_sample_is_constant(watched: Any) -> None:
    def loss(out: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        return F.binary_cross_entropy(F.softmax(out, dim=1).squeeze(1), labels)

    (use,) = _trained(watched, loss, 1, torch.arange(20) % 2.0)

    assert (use.uses, use.single_uses, use.constant) == (3, 3, 3)
