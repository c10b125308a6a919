"""`backward()` was called on a tensor with more than one element.

## Why is this bad?

Autograd computes the gradient of one number. For a tensor of several elements it would need a weight for each of
them, and PyTorch does not guess one.

## Fix

Reduce the loss first: `loss.mean().backward()` (or `sum()`), or drop `reduction="none"`. If a weighted sum is meant,
pass the weights: `loss.backward(gradient=weights)`. `torch.autograd.grad` takes them as `grad_outputs`.

## Limits

Judged from the exception itself, unless the program raised it by a `raise` of its own.

## References

PyTorch documentation, `torch.Tensor.backward`.
"""

from __future__ import annotations

from trialrun.checks.crash.card import Card, CrashCheck
from trialrun.checks.wording import shape
from trialrun.evidence import Evidence
from trialrun.evidence.program import CrashRecord


class NonScalarBackward(CrashCheck):
    code = "CRX004"
    slug = "non-scalar-backward"

    def explain(self, crash: CrashRecord, evidence: Evidence) -> Card | None:
        if "grad can be implicitly created only for scalar outputs" not in crash.message:
            return None
        if crash.context and crash.context.operation == "grad":
            return Card(
                "torch.autograd.grad differentiates one number, or a sum with a weight for each element, and got "
                "several elements without weights.",
                "Say which sum is meant: torch.autograd.grad(output.sum(), inputs, ...), or pass grad_outputs.",
                expected="an output of shape (), or grad_outputs",
            )
        shapes = crash.context.input_shapes if crash.context else ()
        has = f" has shape {shape(shapes[0])}: it" if shapes else ""
        return Card(
            f"The tensor{has} holds one loss per element, and autograd needs a single number to differentiate.",
            'Reduce it first: loss.mean().backward(), or drop reduction="none".',
            {"shape": list(shapes[0])} if shapes else {},
            "a loss of shape ()",
        )
