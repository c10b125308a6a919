"""The loss got targets of a type it can't take.

## Why is this bad?

Class indices are integers (`int64`), regression targets and probabilities are floats. A table read with pandas, a
NumPy array or `torch.tensor([0, 1])` easily gives the other one, and the loss refuses it.

## Fix

Class indices: `target.long()`. Regression, and binary cross-entropy: `target.float()`. Best where the data set is
built, not in the loop.

## Limits

Judged from the exception's text, for the losses of PyTorch.

## References

PyTorch documentation, `torch.nn.CrossEntropyLoss`, `torch.nn.BCEWithLogitsLoss`.
"""

from __future__ import annotations

import re

from trialrun.checks.crash.card import Card, CrashCheck
from trialrun.evidence import Evidence
from trialrun.evidence.program import CrashRecord

_FLOAT = ("Float", "Double", "Half", "BFloat16")
_INDICES_WANTED = (
    re.compile(r"expected target dtype to be Long or Byte, but got (\w+)"),
    re.compile(r"expected scalar type Long but found (\w+)"),
    re.compile(r"nll_loss\w*\" not implemented for '(\w+)'"),
)
_FLOATS_WANTED = (
    re.compile(r"Expected floating point type for target with class probabilities, got (\w+)"),
    re.compile(r"Found dtype (\w+) but expected (?:Float|Double|Half|BFloat16)"),
    re.compile(r"result type \w+ can't be cast to the desired output type (\w+)"),
)
# Losses of torch that compute 1 - target.
_SUBTRACTING = ("binary_cross_entropy", "binary_cross_entropy_with_logits", "multilabel_soft_margin_loss")
_BOOLEAN = re.compile(r"Subtraction, the `-` operator, with (?:a|two) bool tensors? is not supported")


class TargetDtype(CrashCheck):
    code = "CRX003"
    slug = "target-dtype"

    def explain(self, crash: CrashRecord, evidence: Evidence) -> Card | None:
        for pattern in _INDICES_WANTED:
            if found := pattern.search(crash.message):
                return Card(
                    f"This loss takes class indices of type int64, and the target is {found[1]}.",
                    "Convert the target once, where the data is read: target.long(). If it is a regression, "
                    "use mse_loss.",
                    {"target_dtype": found[1]},
                    "int64 class indices",
                )
        if _BOOLEAN.search(crash.message) and crash.context and crash.context.operation in _SUBTRACTING:
            return Card(
                "This loss takes a floating point target, and the target is boolean.",
                "Convert the target once, where the data is read: target.float().",
                {"target_dtype": "Bool"},
                "a floating point target",
            )
        for pattern in _FLOATS_WANTED:
            if (found := pattern.search(crash.message)) and found[1] not in _FLOAT:
                hint = (
                    " For class indices the target must have one axis less than the input."
                    if "probabilities" in crash.message
                    else ""
                )
                return Card(
                    f"This loss takes a floating point target, and the target is {found[1]}.{hint}",
                    "Convert the target once, where the data is read: target.float().",
                    {"target_dtype": found[1]},
                    "a floating point target",
                )
        return None
