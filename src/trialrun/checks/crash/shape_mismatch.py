"""Two tensors, or a tensor and a layer, do not fit together.

## Why is this bad?

The script stops at the first batch that meets this line.

## Fix

Make the sizes agree where the message says: set the layer's input size to what comes in, flatten with `x.flatten(1)`,
move the channels to axis 1 with `x.permute(0, 3, 1, 2)`, or give prediction and target the same shape.

## Limits

Judged from the exception's text and the module it was raised in. A missing batch axis has its own card (CRX002).

## References

PyTorch documentation, "Broadcasting semantics".
"""

from __future__ import annotations

import math
import re

from trialrun.checks.crash.card import Card, CrashCheck
from trialrun.checks.crash.missing_batch_dimension import MissingBatchDimension
from trialrun.checks.crash.unstackable_samples import UnstackableSamples
from trialrun.checks.wording import number
from trialrun.evidence import Evidence
from trialrun.evidence.program import CrashRecord

_MATRICES = re.compile(r"mat1 and mat2 shapes cannot be multiplied \((\d+)x(\d+) and (\d+)x(\d+)\)")
_CHANNELS = re.compile(r"expected input\[([\d, ]+)\] to have (\d+) channels, but got (\d+) channels instead")
_SAMPLES = re.compile(r"Expected input batch_size \((\d+)\) to match target batch_size \((\d+)\)")
_TARGET = re.compile(r"arget size \(torch\.Size\((\[[\d, ]*\])\)\).* input size \(torch\.Size\((\[[\d, ]*\])\)\)")
_POSITIONS = re.compile(r"Expected target size (\[[\d, ]*\]), got (\[[\d, ]*\])")
_PIXELS = re.compile(r"size mismatch \(got input: (\[[\d, ]*\]) , target: (\[[\d, ]*\])")
_RESHAPE = re.compile(r"shape '(\[[-\d, ]*\])' is invalid for input of size (\d+)")
_AXIS = re.compile(
    r"The size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\) at non-singleton dimension (\d+)"
)
_NORM = re.compile(r"(?:running_mean|weight) should contain (\d+) elements not (\d+)")
_INPUT_SIZE = re.compile(r"input\.size\(-1\) must be equal to input_size\. Expected (\d+), got (\d+)")
_OTHERS = (
    (
        re.compile(r"stack expects each tensor to be equal size"),
        "Pad or crop them to one size in front of torch.stack.",
    ),
    (
        re.compile(r"Sizes of tensors must match except in dimension"),
        "Give all parts the same sizes on the other axes.",
    ),
    (
        re.compile(r"0D or 1D target tensor expected, multi-target"),
        "Give class indices of shape (batch,): target.squeeze(1).",
    ),
    (
        re.compile(r"Expected weight to be a vector of size equal to the number of channels in input"),
        "Build this layer with as many channels as its input has on axis 1.",
    ),
    (re.compile(r"to be divisible by num_groups"), "Build this layer with groups that divide the input's channels."),
    (re.compile(r"Given normalized_shape="), "Set normalized_shape to the sizes of the input's last axes."),
    (re.compile(r"Expected hidden size"), "Make the hidden state (layers, batch, hidden) for this batch's size."),
    (re.compile(r"size mismatch, got input"), "Make the inner sizes of the product agree."),
    (re.compile(r"Expected size for first two dimensions of batch2"), "Make the inner sizes of the product agree."),
    (
        re.compile(r"only batches of spatial targets supported"),
        "Give the class of each pixel, (batch, height, width): target.squeeze(1).",
    ),
    (
        re.compile(r"Kernel size can't be greater than actual input size|Output size is too small"),
        "The map has shrunk too far: pool or stride less often, add padding, or use larger images.",
    ),
    (
        re.compile(r"Expected more than 1 value per channel when training"),
        "A batch of one sample has no variance to normalise by: drop_last=True in the loader, or another batch size.",
    ),
    (re.compile(r"Size mismatch between tensors"), "Give features and labels the same number of rows."),
    (
        re.compile(r"Expected \dD \(unbatched\) or \dD \(batched\) input to conv"),
        "The input has an axis too many: squeeze it, or fold it into the batch.",
    ),
    (re.compile(r"was expecting embedding dimension of"), "Set embed_dim to the size of the input's last axis."),
)


_CHANNELS_FIRST = {3: "x.transpose(1, 2)", 4: "x.permute(0, 3, 1, 2)", 5: "x.permute(0, 4, 1, 2, 3)"}  # by axes


class ShapeMismatch(CrashCheck):
    code = "CRX001"
    slug = "shape-mismatch"

    def explain(self, crash: CrashRecord, evidence: Evidence) -> Card | None:
        if MissingBatchDimension().explain(crash, evidence) or UnstackableSamples().explain(crash, evidence):
            return None
        text = crash.message
        if found := _MATRICES.search(text):
            return self._product(crash, int(found[1]), int(found[2]), int(found[3]))
        if found := _CHANNELS.search(text):
            return self._channels([int(size) for size in found[1].split(",")], int(found[2]), int(found[3]))
        if found := _SAMPLES.search(text):
            return Card(
                f"The prediction has {found[1]} samples and the target {found[2]}.",
                "Give both the same first axis; a view(-1, ...) in front of the loss must keep the batch axis.",
                {"prediction_samples": int(found[1]), "target_samples": int(found[2])},
                "one prediction per target",
            )
        if found := _TARGET.search(text):
            return Card(
                f"The prediction has shape {found[2]} and the target {found[1]}.",
                "Give both the same shape: prediction.squeeze(-1), or target.unsqueeze(-1).",
                {"prediction_shape": found[2], "target_shape": found[1]},
                "prediction and target of the same shape",
            )
        if found := _POSITIONS.search(text):
            return Card(
                f"The loss takes classes on axis 1, and so wants a target of shape {found[1]}; it is {found[2]}.",
                "Move the classes: cross_entropy(logits.transpose(1, 2), target), or flatten both: "
                "logits.flatten(0, 1), target.flatten().",
                {"target_shape": found[2]},
                f"a target of shape {found[1]}",
            )
        if found := _PIXELS.search(text):
            return Card(
                f"The prediction is {found[1]} (batch, classes, height, width) and the target {found[2]}.",
                "Bring both to one height and width: F.interpolate the prediction, or resize the labels with "
                'mode="nearest".',
                {"prediction_shape": found[1], "target_shape": found[2]},
                "one class for each pixel of the prediction",
            )
        if found := _RESHAPE.search(text):
            return Card(
                f"{found[2]} elements can't be laid out as {found[1]}.",
                "Write x.flatten(1), which keeps the batch axis, or compute the sizes from x.shape.",
                {"elements": int(found[2]), "shape": found[1]},
            )
        if found := _AXIS.search(text):
            return Card(
                f"On axis {found[3]} one tensor has {found[1]} entries and the other {found[2]}.",
                "Make that axis agree, or insert an axis of size 1 with unsqueeze where they should be paired.",
                {"axis": int(found[3]), "sizes": [int(found[1]), int(found[2])]},
            )
        if found := (_NORM.search(text) or _INPUT_SIZE.search(text)):
            came, takes = (found[1], found[2]) if "contain" in text else (found[2], found[1])
            return Card(
                f"{came} features came in and the layer was built for {takes}.",
                f"Build this layer with {came}, or make the layer before it put out {takes}.",
                {"came": int(came), "built_for": int(takes)},
            )
        fix = next((fix for pattern, fix in _OTHERS if pattern.search(text)), None)
        return None if fix is None else Card("", fix)

    def _product(self, crash: CrashRecord, rows: int, columns: int, features: int) -> Card:
        shapes = crash.context.input_shapes if crash.context else ()
        sample = shapes[0][1:] if shapes else ()
        measured = {"came": columns, "built_for": features}
        if len(sample) > 1 and math.prod(sample) == features:
            product = " x ".join(str(size) for size in sample)
            return Card(
                f"One sample is {product} = {number(features)} numbers, but only its last axis, {columns}, met "
                "the layer.",
                "Flatten in front of this layer: x.flatten(1).",
                measured,
                f"(batch, {features})",
            )
        return Card(
            f"{columns} features came in and the layer was built for {features}.",
            f"Build this layer with in_features={columns}, or make what comes before it put out {features}.",
            measured,
            f"(batch, {features})",
        )

    def _channels(self, sizes: list[int], wanted: int, got: int) -> Card:
        move = _CHANNELS_FIRST.get(len(sizes))
        if move and sizes[-1] == wanted:
            return Card(
                f"The channels ({wanted}) are on the last axis, and convolutions take them on axis 1.",
                f"Move them: {move}.",
                {"came": got, "built_for": wanted},
                "(batch, channels, ...)",
            )
        return Card(
            f"{got} channels came in and the layer was built for {wanted}.",
            f"Build this layer with in_channels={got}, or make the input have {wanted} channels.",
            {"came": got, "built_for": wanted},
            f"(batch, {wanted}, ...)",
        )
