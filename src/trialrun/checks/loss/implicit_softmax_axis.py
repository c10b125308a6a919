"""A softmax is called without `dim` on an input for which PyTorch takes axis 0, the samples.

## Why is this bad?

Without `dim`, PyTorch guesses the axis from the number of axes: 0 for one or three, else 1. For `(batch, position,
class)` that is the batch: a sample's weights then depend on the samples beside it, and a single sample gets 1
everywhere. The guess also changes with the input: code that is right for `(N, C)` is wrong for `(N, T, C)`.

## Fix

Name the axis: `softmax(x, dim=-1)` for classes or positions that come last.

## Limits

Judged from the warning that PyTorch raises itself, which it does once a place, and not at all where the program
switches warnings off. For inputs of one or two axes the guess is the axis that is meant, and for four it mostly is
(class scores of images): a note. A tensor of shape `(class, x, y)`, without a batch, is guessed right as well; write
`dim=0` to say so.

## References

PyTorch documentation, `torch.nn.functional.softmax`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.evidence import Evidence
from trialrun.evidence.place import Where
from trialrun.evidence.program import WarningRecord
from trialrun.findings.finding import Finding, Severity

_WARNED = re.compile(r"Implicit dimension choice for (\w+)")  # of torch.nn.functional


class ImplicitSoftmaxAxis(Check):
    code = "LOS312"
    slug = "implicit-softmax-axis"
    severity = Severity.WARNING
    needs = ("update",)  # no warning is none to judge

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        told: set[tuple[str, Where | None]] = set()
        for record in evidence.warning:
            found = _WARNED.match(record.message)
            if found is not None and (found[1], record.where) not in told:
                told.add((found[1], record.where))
                yield self._guessed(found[1], record)

    def _guessed(self, function: str, record: WarningRecord) -> Finding:
        axes = record.dimensions
        samples = axes is None or axes == 3
        of = "an input" if axes is None else f"an input of {axes} {'axis' if axes == 1 else 'axes'}"
        axis = None if axes is None else 0 if axes in (0, 1, 3) else 1
        taken = "a guessed axis" if axis is None else f"axis {axis}"
        message = f"This {function} has no dim and got {of}: PyTorch runs it over {taken} and warns that it guessed."
        if axes == 3:
            message += (
                " For (batch, position, class) that is the batch: samples compete with each other. If axis 0 holds "
                "the classes, this is legitimate: write dim=0."
            )
        elif samples:
            message += " If that is the axis of the classes, this is legitimate: write it down."
        return self.finding(
            message,
            "Name the axis: dim=-1 where classes or positions come last.",
            where=record.where,
            severity=Severity.WARNING if samples else Severity.NOTE,
            measured={"function": function, "input_axes": axes, "axis": axis},
            expected="an axis that the program names",
            explained_by=("MOD205", "LOS302"),
        )
