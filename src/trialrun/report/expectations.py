"""Lines of ``trialrun.expect`` for the program's own use, filled in from what was seen of its first batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trialrun.evidence.model import LayerRow
from trialrun.evidence.tensors import BatchRecord, TensorCard

# Bounds that data are brought to on purpose; others are chance, and would fail on the next batch.
_RANGES = ((0.0, 1.0), (-1.0, 1.0), (0.0, 255.0))
_NEAR = 0.9  # of the bound: as far as a batch has to reach for it


def lines(batches: Sequence[BatchRecord], layers: Sequence[LayerRow]) -> tuple[str, ...]:
    """A line for each tensor of the batch and for the output of each model."""
    return (*_batch_lines(batches), *_output_lines(batches, layers))


def _batch_lines(batches: Sequence[BatchRecord]) -> Iterator[str]:
    for record in batches:
        for card in record.tensors:
            if card.shape:
                yield f"trialrun.expect({_name(record, card)}, {_shape(card)}, {_details(card)})"


def _output_lines(batches: Sequence[BatchRecord], layers: Sequence[LayerRow]) -> Iterator[str]:
    size = next((record.batch_size for record in batches if record.batch_size), None)
    for root in dict.fromkeys(row.root for row in layers):
        whole = next((row for row in layers if row.root == root and row.name == ""), None)
        if whole is not None and len(whole.output_shapes) == 1 and whole.output_shapes[0]:
            words = ["B" if i == 0 and n == size else str(n) for i, n in enumerate(whole.output_shapes[0])]
            yield f'trialrun.expect(output, "{" ".join(words)}")  # of {root}'


def _name(record: BatchRecord, card: TensorCard) -> str:
    inside = record.source in ("loader", "loop item")
    if card.key.isidentifier():
        return f'batch["{card.key}"]' if inside else card.key
    return f"batch{card.key}" if card.key.startswith("[") else "batch"


def _shape(card: TensorCard) -> str:
    axes = card.axes if len(card.axes) == len(card.shape) else ("?",) * len(card.shape)
    words = ["B" if axis == "batch" else str(size) for axis, size in zip(axes, card.shape, strict=True)]
    return f'"{" ".join(words)}"'


def _details(card: TensorCard) -> str:
    parts = [f'dtype="{card.dtype}"']
    low, high = card.minimum, card.maximum
    if low is not None and high is not None and card.dtype.startswith(("float", "bfloat")):
        fitting = [r for r in _RANGES if r[0] <= low and _NEAR * r[1] <= high <= r[1] and low <= _NEAR * r[0]]
        if fitting:
            parts.append(f"range=({fitting[0][0]:g}, {fitting[0][1]:g})")
    elif low is not None and low >= 0:
        parts.append("range=(0, None)")
    return ", ".join(parts)
