"""An evaluation builds autograd graphs that no backward uses.

## Why is this bad?

It is not wrong, but wasteful: every intermediate result is kept until the batch's output is gone, so evaluation needs
several times the memory, limits the batch size it could have, and takes longer.

## Fix

Evaluate under `torch.no_grad()`, or `torch.inference_mode()`.

## Limits

A note. Told of calls in a loop of their own that fed a loss or a metric, and whose graph no backward used: a model that
is frozen altogether makes none. An evaluation that asks for gradients of its inputs (attacks, saliency, the residual of
a differential equation) needs the graph. The memory is estimated from the sizes of the layers' outputs in the first
training step, for a batch of that size.

## References

PyTorch documentation, "Autograd mechanics: Locally disabling gradient computation".
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.wording import at, count, number
from trialrun.evidence import Evidence
from trialrun.findings.finding import Finding, Mend, Severity

_BYTES = 4  # of a float32 element
_MIB = 2**20


class EvaluatingWithGradients(Check):
    code = "EVA703"
    slug = "evaluating-with-gradients"
    severity = Severity.NOTE
    needs = ("evaluation",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        for call in evidence.evaluation:
            if not call.makes_graph or not call.grad_enabled or call.loop is None:
                continue
            if call.in_training_loop or call.metric_where is None:
                continue
            elements = sum(
                math.prod(shape)
                for row in evidence.layer
                if row.root == call.root and row.leaf
                for shape in row.output_shapes
            )
            mib = elements * _BYTES / _MIB
            kept = "every intermediate result was kept for a backward that never came."
            cost = f" That is up to {number(mib)} MiB a batch of the training's size." if elements else ""
            yield self.finding(
                f"{call.root} is evaluated with gradients on: {count(call.calls, 'call')} here fed `{call.metric}`"
                f"{at(call.metric_where)}, and {kept}{cost}",
                "Evaluate under torch.no_grad(), unless gradients of the inputs are wanted.",
                where=call.where,
                measured={"calls": call.calls, "metric": call.metric, "activation_mib": round(mib, 3)},
                expected="gradients are off while a metric is computed",
                mend=Mend("no_grad", {"loop_line": call.loop.line if call.loop else None}),
            )
