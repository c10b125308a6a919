"""A single sample went into a layer that takes a batch.

## Why is this bad?

Layers take a batch of samples: images as (batch, channels, height, width). A single image (channels, height, width),
as `dataset[0]` returns it, makes a layer read its channels as samples, and a later layer fails on the numbers.

## Fix

Add the batch axis: `x.unsqueeze(0)`, or `x[None]`.

## Limits

Convolutions accept a single sample, so the fault may show only at the linear layer behind `flatten(1)`: there it is
told by the numbers (rows x columns equals the features wanted, and no batch seen has as many samples as there are
rows).

## References

PyTorch documentation, `torch.nn.Conv2d`, "Shape".
"""

from __future__ import annotations

import re

from trialrun.checks.crash.card import Card, CrashCheck
from trialrun.evidence import Evidence
from trialrun.evidence.program import CrashRecord

_FEWER_AXES = (
    re.compile(
        r"Expected (\d)D \(unbatched\) or \d?D? ?\(batched\) input to \w+, but got input of size: \[([\d, ]*)\]"
    ),
    re.compile(r"expected (?:\dD or )?(\d)D input \(got (\d)D input\)"),
    re.compile(r"Expected input to be (?:\dD or )?(\d)D, got (\d)D"),
)
_UNBATCHED_RNN = "For unbatched 2-D input"
_MATRICES = re.compile(r"mat1 and mat2 shapes cannot be multiplied \((\d+)x(\d+) and (\d+)x(\d+)\)")


class MissingBatchDimension(CrashCheck):
    code = "CRX002"
    slug = "missing-batch-dimension"

    def explain(self, crash: CrashRecord, evidence: Evidence) -> Card | None:
        fix = "Add the batch axis: x.unsqueeze(0)."
        for pattern in _FEWER_AXES:
            found = pattern.search(crash.message)
            if found and _axes(found[2]) < int(found[1]):
                return Card(
                    f"The input has {_axes(found[2])} axes: the batch axis is missing in front.",
                    fix,
                    {"axes": _axes(found[2])},
                    "an input with a batch axis",
                )
        if _UNBATCHED_RNN in crash.message:
            return Card(
                "The input has 2 axes, so it was read as one sample without a batch axis, but the hidden state "
                "has a batch axis.",
                fix,
                {"axes": 2},
                "an input (batch, time, features)",
            )
        return self._flattened_channels(crash, evidence, fix)

    def _flattened_channels(self, crash: CrashRecord, evidence: Evidence, fix: str) -> Card | None:
        found = _MATRICES.search(crash.message)
        if not found:
            return None
        rows, columns, features = int(found[1]), int(found[2]), int(found[3])
        sizes = {record.batch_size for record in evidence.batch}
        if rows == 1 or rows * columns != features or rows in sizes:
            return None
        return Card(
            f"{rows} x {columns} = {features}: one sample without a batch axis, whose {rows} channels were "
            "taken for samples.",
            fix,
            {"rows": rows, "columns": columns, "features": features},
            "an input with a batch axis",
        )


def _axes(text: str) -> int:
    """Number of axes in "28, 28", or the number itself in "3"."""
    return len(text.split(",")) if "," in text else int(text)
