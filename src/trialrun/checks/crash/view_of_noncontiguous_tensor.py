"""`view` was asked for a shape that the memory layout can't give.

## Why is this bad?

`view` never copies. After `transpose`, `permute` or a slice the elements do not lie in the order the new shape needs.

## Fix

`x.reshape(...)`, which copies where it must; `x.flatten(1)` behind a convolution. Check that the order of axes is
meant: `reshape` instead of `permute` gives the same shape and scrambled data.

## Limits

Judged from the exception, unless the program raised it by a `raise` of its own.

## References

PyTorch documentation, `torch.Tensor.view`; "Tensor views".
"""

from __future__ import annotations

from trialrun.checks.crash.card import Card, CrashCheck
from trialrun.evidence import Evidence
from trialrun.evidence.program import CrashRecord


class ViewOfNoncontiguousTensor(CrashCheck):
    code = "CRX013"
    slug = "view-of-noncontiguous-tensor"

    def explain(self, crash: CrashRecord, evidence: Evidence) -> Card | None:
        if "view size is not compatible with input tensor's size and stride" not in crash.message:
            return None
        return Card(
            "Its axes were reordered or cut before (transpose, permute, a slice), so the elements do not lie in memory "
            "in the order of the new shape, and view never copies.",
            "Use reshape(...) with the same sizes here, or contiguous() in front.",
            expected="a contiguous tensor",
        )
