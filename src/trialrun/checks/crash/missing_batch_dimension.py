"""A single sample went into a layer that takes a batch.

## Why is this bad?

Layers take a batch of samples: images as (batch, channels, height, width). A single image (channels, height, width),
as `dataset[0]` returns it, makes a layer read its channels as samples, and a later layer fails on the numbers.

## Fix

Add the batch axis: `x.unsqueeze(0)`, or `x[None]`.

## Limits

Convolutions accept a single sample, so the fault may show only at the linear layer behind `flatten(1)`: there it is
told by the numbers (rows x columns equals the features wanted, and no batch seen has as many samples as there are
rows). A group normalisation tells it in the same way. Where the model indexes an axis that is not there, it is told by
the batches of training, which had one axis more in front.

## References

PyTorch documentation, `torch.nn.Conv2d`, "Shape".
"""

from __future__ import annotations

import re

from trialrun.checks.crash.card import Card, CrashCheck
from trialrun.checks.wording import shape
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
_GROUPS = re.compile(
    r"(?:number of channels in input, but got weight of shape \[(\d+)\] and|"
    r"channels in input to be divisible by num_groups, but got) input of shape \[([\d, ]+)\]"
)
_GROUP_NORM = re.compile(r"GroupNorm\(\d+, (\d+)")
_NO_SUCH_AXIS = re.compile(r"too many indices for tensor of dimension \d|Dimension out of range \(expected to be in")


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
        return (
            self._flattened_channels(crash, evidence, fix)
            or self._grouped_channels(crash, evidence, fix)
            or self._known_batches(crash, evidence, fix)
        )

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

    def _grouped_channels(self, crash: CrashRecord, evidence: Evidence, fix: str) -> Card | None:
        """A single sample of some channels in a group normalisation of as many."""
        found = _GROUPS.search(crash.message)
        if not found:
            return None
        layer = _GROUP_NORM.match((crash.context and crash.context.module_repr) or "")
        channels = found[1] or (layer[1] if layer else "0")
        sizes = tuple(int(size) for size in found[2].split(","))
        seen = {record.batch_size for record in evidence.batch} | {tensor[0] for tensor in _shapes(evidence) if tensor}
        if not 1 < len(sizes) < 4 or sizes[0] != int(channels) or sizes[0] in (1, sizes[1]) or sizes[0] in seen:
            return None
        return Card(
            f"{shape(sizes)} is one sample without a batch axis, whose {channels} channels were taken for samples.",
            fix,
            {"shape": list(sizes), "channels": int(channels)},
            "an input with a batch axis",
        )

    def _known_batches(self, crash: CrashRecord, evidence: Evidence, fix: str) -> Card | None:
        """The whole model got one sample of the kind that it was trained on batches of."""
        context = crash.context
        if context is None or context.module != "" or not context.input_shapes or not context.input_shapes[0]:
            return None
        came, known = context.input_shapes[0], _shapes(evidence)
        batch = next((sizes for sizes in known if sizes[1:] == came), None)
        if batch is None or came in known or not _NO_SUCH_AXIS.search(crash.message):
            return None
        return Card(
            f"The model got {shape(came)}, and {shape(batch)} in training: the batch axis is missing in front.",
            fix,
            {"shape": list(came), "training_shape": list(batch)},
            "an input with a batch axis",
        )


def _shapes(evidence: Evidence) -> list[tuple[int, ...]]:
    return [tensor.shape for record in evidence.batch for tensor in record.tensors]


def _axes(text: str) -> int:
    """Number of axes in "28, 28", or the number itself in "3"."""
    return len(text.split(",")) if "," in text else int(text)
