"""A label is not among the classes that the loss counts.

## Why is this bad?

For C outputs class labels run from 0 to C - 1. Labels that start at 1, a class that was forgotten when the last layer
was built, or a marker for "no label" (-1, 255) stop the script; on a GPU it is a `device-side assert`, after which
nothing runs any more, and the line shown may be a later one.

## Fix

Build the last layer with as many outputs as there are classes; subtract the smallest label if they start at 1; map
arbitrary codes with `np.unique(labels, return_inverse=True)`; give a marker to the loss as `ignore_index=255`.

## Limits

Judged from the exception and the labels of this batch. A `device-side assert` does not tell its index: rehearse on the
CPU for the exact line.

## References

PyTorch documentation, `torch.nn.CrossEntropyLoss`.
"""

from __future__ import annotations

import re

from trialrun.checks.crash.card import Card, CrashCheck, argument, value_range
from trialrun.evidence import Evidence
from trialrun.evidence.program import CrashRecord

_LABEL = re.compile(r"Target (-?\d+) is out of bounds")
_UNNAMED = re.compile(r"target out of range|Class values must be (?:smaller than num_classes|non-negative)")
_ASSERT = re.compile(r"device-side assert triggered")
_IGNORED = (255, -1, -100)  # customary markers for "no label"


class LabelOutOfRange(CrashCheck):
    code = "CRX008"
    slug = "label-out-of-range"

    def explain(self, crash: CrashRecord, evidence: Evidence) -> Card | None:
        if _ASSERT.search(crash.message):
            return Card(
                "On the GPU an index ran past its range: most often a label that is not below the number of outputs, "
                "or a token that is not below the size of an embedding.",
                "Rehearse it on the CPU (CUDA_VISIBLE_DEVICES=''): there the message has the value.",
            )
        found = _LABEL.search(crash.message)
        if not found and not _UNNAMED.search(crash.message):
            return None
        label = int(found[1]) if found else None
        given = argument(crash.context, "input")
        classes = _classes(given[1]) if given and crash.context and crash.context.operation != "one_hot" else None
        labels = value_range(crash.context, "target")
        measured = {"label": label, "classes": classes, "labels": list(labels) if labels else None}
        text = f"The loss counts {classes} classes, so labels run from 0 to {classes - 1}" if classes else ""
        if labels:
            text += f"{'; in' if text else 'In'} this batch they run from {labels[0]} to {labels[1]}"
        return Card(
            f"{text}." if text else "",
            _fix(label, classes, labels),
            {name: value for name, value in measured.items() if value is not None},
            f"labels 0..{classes - 1}" if classes else "labels below the number of classes",
        )


def is_refused_label(message: str) -> bool:
    """Whether a loss says in these words that a label is none of its classes."""
    return bool(_LABEL.search(message) or _UNNAMED.search(message))


def _classes(sizes: tuple[int, ...]) -> int | None:
    return None if not sizes else sizes[0] if len(sizes) == 1 else sizes[1]


def _fix(label: int | None, classes: int | None, labels: tuple[int, int] | None) -> str:
    low, high = labels or (None, None)
    if label in _IGNORED and not (classes and label == classes):
        return f"If {label} marks what has no label, tell the loss: ignore_index={label}; else correct these labels."
    if classes and low is not None and high is not None and low >= 1 and high == classes:
        return "The labels start at 1: subtract 1 where they are read."
    if label is not None and label < 0:
        return "Map the labels to 0..C-1 where they are read: np.unique(labels, return_inverse=True)."
    return (
        f"Give the last layer as many outputs as there are classes{f' (at least {high + 1})' if high else ''}, or map "
        "the labels to 0..C-1 where they are read: np.unique(labels, return_inverse=True)."
    )
