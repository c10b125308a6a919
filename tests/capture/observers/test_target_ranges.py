from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import nn


def _met(watched: Any, make: Any) -> Any:
    """The records of a program that makes three steps on ``make(logits of shape (6, 3), rows)``."""

    def program(conductor: Any) -> None:
        model = nn.Linear(4, 3)
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        for _ in conductor.training(range(3)):
            optimiser.zero_grad()
            make(model(torch.randn(6, 4)), torch.arange(6)).backward()
            optimiser.step()

    return watched(program).evidence.target_range


MARKED = torch.tensor([0, 1, 2, -1, 1, 0])


def test_negative_label_that_trains_the_last_class(watched: Any) -> None:
    (record,) = _met(watched, lambda logits, rows: -logits.log_softmax(1)[rows, MARKED].mean())

    assert (record.operation, record.classes, record.minimum, record.maximum) == ("getitem", 3, -1, 2)
    assert (record.outside, record.elements, record.example) == (3, 18, -1)
    assert record.used
    assert record.collides
    assert record.where.file == "test_target_ranges.py"


@pytest.mark.parametrize(
    "make",
    [
        lambda logits, rows: -(logits.log_softmax(1)[rows, MARKED] * (MARKED >= 0)).mean(),
        lambda logits, rows: -logits.log_softmax(1)[rows, MARKED][MARKED >= 0].mean(),
        lambda logits, rows: -sum(logits.log_softmax(1)[rows, MARKED.abs()] for _ in range(2)).mean(),
        lambda logits, rows: logits.softmax(1)[rows, torch.full((6,), -1)].mean(),
        lambda logits, rows: logits[rows, MARKED].square().mean(),
        lambda logits, rows: F.cross_entropy(logits, MARKED, ignore_index=-1),
        lambda logits, rows: F.binary_cross_entropy_with_logits(logits, torch.full((6, 3), 1.1)),
        lambda logits, rows: F.binary_cross_entropy_with_logits(
            logits.masked_fill(logits > 0, 0), -(logits > 0).float()
        ),
        lambda logits, rows: F.binary_cross_entropy_with_logits(logits, -torch.eye(6, 3), weight=1 - torch.eye(6, 3)),
    ],
)
def test_targets_that_only_look_out_of_range(make: Any, watched: Any) -> None:
    assert not any(record.used or record.raised for record in _met(watched, make))


def test_neighbours_round_a_circle_are_no_labels(watched: Any) -> None:
    def circular(logits: Any, rows: Any) -> Any:
        scores, kinds = logits.log_softmax(1), MARKED.abs()
        return -(scores[rows, kinds] + scores[rows, kinds - 1]).mean()

    assert not any(record.used for record in _met(watched, circular))


def test_binary_targets_that_are_whole_numbers_beyond_one(watched: Any) -> None:
    (record,) = _met(
        watched, lambda logits, rows: F.binary_cross_entropy_with_logits(logits, torch.full((6, 3), 255.0))
    )

    assert (record.classes, record.maximum, record.used) == (None, 255.0, True)


@pytest.mark.parametrize(
    ("make", "classes"),
    [
        (lambda logits, rows: F.cross_entropy(logits, MARKED + 1), 3),
        (lambda logits, rows: nn.NLLLoss()(logits.log_softmax(1), MARKED), 3),
        (lambda logits, rows: logits.log_softmax(1).gather(1, MARKED[:, None]).mean(), 3),
        (lambda logits, rows: logits.log_softmax(1)[rows, MARKED + 1].mean(), 3),
        (lambda logits, rows: (F.one_hot(MARKED + 1, 3) * logits).mean(), 3),
    ],
)
def test_refused_labels_are_noted_before_the_crash(make: Any, classes: int, watched: Any) -> None:
    def caught(logits: Any, rows: Any) -> Any:
        with pytest.raises((IndexError, RuntimeError)):
            make(logits, rows)
        return logits.mean()

    (record,) = _met(watched, caught)

    assert (record.raised, record.classes) == (True, classes)
    assert record.outside == 3
