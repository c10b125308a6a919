"""The lines that are offered hold for the batch they were made from."""

from __future__ import annotations

import pytest
import torch

import trialrun
from trialrun.evidence.model import LayerRow
from trialrun.evidence.tensors import BatchRecord, TensorCard
from trialrun.report.expectations import lines

IMAGES = TensorCard("image", (4, 1, 8, 8), "float32", "cpu", ("batch", "?", "?", "?"), 0.0, 0.98)
LABELS = TensorCard("label", (4,), "int64", "cpu", ("batch",), 0.0, 9.0)
NET = LayerRow("", "Net", "Net", ((4, 1, 8, 8),), ((4, 10),), 0, None, None, True, False)


def test_lines_of_a_batch_and_a_model() -> None:
    made = lines((BatchRecord(0, "loader", (IMAGES, LABELS), batch_size=4),), (NET,))

    assert made == (
        'trialrun.expect(batch["image"], "B 1 8 8", dtype="float32", range=(0, 1))',
        'trialrun.expect(batch["label"], "B", dtype="int64", range=(0, None))',
        'trialrun.expect(output, "B 10")  # of Net',
    )
    seen = {
        "batch": {"image": torch.full((4, 1, 8, 8), 0.98), "label": torch.tensor([0, 9, 1, 2])},
        "output": torch.zeros(4, 10),
        "trialrun": trialrun,
    }
    for line in made:
        exec(line, seen)
    with pytest.raises(trialrun.ExpectationError):
        exec(made[0], {**seen, "batch": {"image": torch.full((4, 1, 8, 8), 255.0)}})


def test_a_range_that_is_chance_is_not_offered() -> None:
    card = TensorCard("[0]", (4, 3), "float32", "cpu", ("batch", "?"), -1.7, 2.1)
    assert lines((BatchRecord(0, "loader", (card,)),), ()) == ('trialrun.expect(batch[0], "B 3", dtype="float32")',)
