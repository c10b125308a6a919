"""What flowed through the program: the batch card, the layer table, the gradient table, the loss at step 0."""

from __future__ import annotations

from collections.abc import Sequence

from trialrun.evidence.model import LayerRow
from trialrun.evidence.tensors import BatchRecord, TensorCard
from trialrun.report.numbers import bound, count, counted, number, shape, share
from trialrun.report.page import INDENT, Page
from trialrun.report.table import Column
from trialrun.report.view import GradientRow, View

_LABELS_SHOWN = 12


def batch(page: Page, view: View) -> None:
    """Each tensor of the first update's batch."""
    for record in view.batch:
        _card(page, record)


def layers(page: Page, view: View) -> None:
    """Every module call of the first training step, one table for each model."""
    for root in dict.fromkeys(row.root for row in view.layers):
        # A container without parameters of its own says nothing that its children do not.
        rows = [row for row in view.layers if row.root == root and (row.leaf or row.parameters)]
        total = sum(row.numel for row in view.gradients if row.root == root)
        size = f"{counted(total, 'parameter')}; " if total else ""
        page.heading(f"Layers of {root}", f"({size}at the first update)")
        page.table(
            [
                Column("module", shrink=12),
                Column("class", shrink=11, drop=1),
                Column("input", drop=3),
                Column("output"),
                Column("parameters", right=True),
                Column("RMS", right=True),
                Column("zeros", right=True, drop=2),
                Column("mode", drop=4),
            ],
            [_layer(row) for row in rows],
        )


def gradients(page: Page, view: View) -> None:
    """Every parameter at its first update."""
    if not view.gradients:
        return
    several = len({row.root for row in view.gradients}) > 1
    page.heading("Parameters", "(L2 norms and relative change at the first update)")
    page.table(
        [
            *([Column("model", shrink=8)] if several else []),
            Column("parameter", shrink=14),
            Column("shape", drop=2),
            Column("weight", right=True),
            Column("gradient", right=True),
            Column("change", right=True, drop=1),
            Column("", shrink=11),
        ],
        [[*([row.root] if several else []), *_gradient(row)] for row in view.gradients],
    )


def loss_at_start(page: Page, view: View) -> None:
    """The first loss against that of uniform guessing."""
    loss = view.loss_at_start
    if loss is None:
        return
    what = loss.function if loss.function != "backward" else "computed by hand"
    text = f"{number(loss.value, 4)} ({what}{f', {loss.where}' if loss.where else ''})"
    if loss.expected is not None:
        formula = f"ln {loss.classes} = " if loss.classes else ""
        among = f" among {counted(loss.classes, 'class', 'classes')}" if loss.classes else ""
        text += f"; guessing{among} gives {formula}{number(loss.expected, 4)}"
    page.heading("Loss at step 0")
    page.paragraph(text + ".")


def _card(page: Page, record: BatchRecord) -> None:
    size = f"{counted(record.batch_size, 'sample')}, " if record.batch_size else ""
    page.heading("First batch", f"({size}as {_SOURCES.get(record.source, record.source)}{_at(record)})")
    page.table(
        [
            Column("tensor", shrink=10),
            Column("shape"),
            Column("dtype"),
            Column("device", drop=2),
            Column("range", right=True),
            Column("mean", right=True),
            Column("std", right=True, drop=1),
        ],
        [_tensor(card) for card in record.tensors],
    )
    for card in record.tensors:
        notes = list(_notes(card))
        if notes:
            page.paragraph("; ".join(notes), INDENT * 2, f"{card.key}:")


_SOURCES = {
    "loader": "the loader gave it",
    "loop item": "the loop drew it",
    "model input": "the model received it",
    "loss target": "the loss received it",
}


def _at(record: BatchRecord) -> str:
    return f" at {record.where}" if record.where else ""


def _tensor(card: TensorCard) -> list[str]:
    known = card.minimum is not None and card.maximum is not None
    extent = f"{bound(card.minimum)} .. {bound(card.maximum)}" if known else "-"
    return [card.key, shape(card.shape), card.dtype, card.device, extent, number(card.mean), number(card.std)]


def _notes(card: TensorCard) -> Sequence[str]:
    notes = []
    if any(axis not in ("?", "") for axis in card.axes):
        notes.append(" x ".join(card.axes))
    if card.nonfinite_count:
        first = f", first at {list(card.nonfinite_first)}" if card.nonfinite_first else ""
        notes.append(f"{counted(card.nonfinite_count, 'NaN or infinity', 'NaN or infinities')}{first}")
    if card.label_counts:
        shown = list(card.label_counts.items())[:_LABELS_SHOWN]
        more = len(card.label_counts) - len(shown)
        listed = ", ".join(f"{label} ({times})" for label, times in shown)
        notes.append(f"labels (times): {listed}" + (f" and {more} more" if more else ""))
    return notes


def _layer(row: LayerRow) -> list[str]:
    return [
        row.name or "(itself)",
        row.cls,
        " ".join(shape(sizes) for sizes in row.input_shapes) or "-",
        " ".join(shape(sizes) for sizes in row.output_shapes) or "-",
        count(row.parameters) if row.parameters else "",
        number(row.activation_rms),
        share(row.zero_share),
        "train" if row.training else "eval",
    ]


def _gradient(row: GradientRow) -> list[str]:
    return [
        row.name,
        shape(row.shape),
        number(row.weight_norm),
        number(row.gradient_norm),
        number(row.update_ratio),
        row.state,
    ]
