"""The loss got a target that stands for no class.

## Why is this bad?

With C classes the indices run from 0 to C - 1. Labels that count from 1, a class that the model has no output for, or a
marker such as -1 or 255 for "unknown" lie beyond that. Cross-entropy stops with an IndexError, at the first batch that
holds such a label: in the middle of an epoch, perhaps. Two ways take it without a word. `log_probs[rows, labels]`
counts a negative label from the end, so that -1 trains the last class. Binary cross-entropy with a target outside 0..1
has no minimum: the loss falls without end while the output runs away.

## Fix

Number the classes from 0 where the data is read (`labels - 1`, or a dictionary from name to index), give the model one
output a class, and take unknown ones out: `ignore_index=-1`, or a mask. For masks stored as 0 and 255: `(mask > 0)`.

## Limits

A loss that itself refuses the label has a card of its own (CRX008); any other crash is judged by the values that were
refused. Without one, only what made gradients counts: negative labels that
a mask takes out after `log_probs[rows, labels]` are right. It is a warning when the negative labels name classes that
no other label names (-1, 0, 1 for three classes), since training is then consistent though `argmax` says 2 for -1, and
when they pick from probabilities rather than their logarithms; nothing is said where the same tensor is picked from
several times (a class and its neighbours round a circle) or by negative indices alone. Targets of
binary cross-entropy are judged only when they are whole numbers and nothing weighs or masks them (`reduction="none"`,
`weight`): noisy labels such as 1.1 are used on purpose. It is a warning where the same scores enter what is
backpropagated in another way too: with `n - 1` times `softplus` beside it, counts out of `n` trials are right.

## References

PyTorch documentation, `torch.nn.CrossEntropyLoss` and `torch.nn.BCEWithLogitsLoss`.
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.crash.card import Card, CrashCheck
from trialrun.checks.crash.label_out_of_range import is_refused_label
from trialrun.checks.wording import count, number, percent
from trialrun.evidence import Evidence
from trialrun.evidence.program import CrashRecord
from trialrun.evidence.targets import TargetRange
from trialrun.findings.finding import Finding, Severity


class TargetOutOfRange(CrashCheck):
    code = "DAT103"
    slug = "target-out-of-range"

    def explain(self, crash: CrashRecord, evidence: Evidence) -> Card | None:
        places = {frame.where for frame in crash.frames}
        refused = [r for r in evidence.target_range if r.raised and r.where in places]
        if crash.exception not in ("IndexError", "RuntimeError") or not refused or is_refused_label(crash.message):
            return None  # a loss that says so itself has a card of its own
        record = refused[-1]
        limit = f"0 to {record.classes - 1}" if record.classes else "0 and above"
        return Card(
            f"{record.operation} takes class indices from {limit}, and this batch holds {_span(record)}: "
            f"{count(record.outside, 'label')} of {number(record.elements)} beyond it.",
            _fix(record),
            _measured(record),
            f"class indices from {limit}",
        )

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        yield from super().judge(evidence)
        for record in evidence.target_range:
            if record.used and not record.raised:
                yield self._binary(record) if record.classes is None else self._negative(record, record.classes)

    def _binary(self, record: TargetRange) -> Finding:
        return self.finding(
            f"{record.operation} takes targets from 0 to 1, and got {_span(record)}: "
            f"{percent(record.outside / max(1, record.elements))} of {number(record.elements)} lie beyond. For these "
            "the loss has no minimum: it falls without end while the output grows.",
            _fix(record)
            + (" If another term of the loss bounds these scores, this is legitimate." if record.elsewhere else ""),
            where=record.where,
            severity=Severity.WARNING if record.elsewhere else Severity.ERROR,
            measured=_measured(record),
            expected="targets between 0 and 1",
            explains=("LOS305",),
        )

    def _negative(self, record: TargetRange, classes: int) -> Finding:
        example, stands_for = number(record.example), int(record.example) + classes
        message = (
            f"{count(record.outside, 'label')} of {number(record.elements)} are negative (as {example}); "
            f"an index counts them from the end, so {example} trains class {stands_for} of {classes}"
        )
        message += ", which other labels name as well." if record.collides else "; argmax never gives the label itself."
        return self.finding(
            message,
            _fix(record) + ("" if record.collides else " If counting from the end is meant, this is legitimate."),
            where=record.where,
            severity=Severity.ERROR if record.collides else Severity.WARNING,
            measured=_measured(record),
            expected=f"class indices from 0 to {classes - 1}",
        )


def _span(record: TargetRange) -> str:
    return f"values from {number(record.minimum)} to {number(record.maximum)}"


def _fix(record: TargetRange) -> str:
    low, high, classes = record.minimum, record.maximum, record.classes
    if classes is None and record.operation != "one_hot":
        if low >= 0 and high > 2:
            return "Make the target 0 or 1 where it is read: (mask > 0).float(), or divide it by its largest value."
        if low == -1:
            return "Make the target 0 or 1 where it is read: (target + 1) / 2 for -1 and 1; mask out what is unknown."
        return f"Make the target 0 or 1 where it is read, for example target - {number(low)}."
    if low == 1 and high == classes:
        return "The labels count from 1: subtract 1 where they are read."
    if low < 0:
        return (
            f"If {number(low)} stands for an unknown label, leave such samples out or use cross_entropy with "
            f"ignore_index={number(low)}; otherwise number the classes from 0."
        )
    if record.operation == "one_hot":
        return f"Give one_hot and the model {number(high + 1)} classes, or number them from 0 without gaps."
    return f"Give the model {number(high + 1)} outputs, one a class, or number the classes from 0 without gaps."


def _measured(record: TargetRange) -> dict[str, object]:
    return {
        "operation": record.operation,
        "classes": record.classes,
        "minimum": record.minimum,
        "maximum": record.maximum,
        "outside": record.outside,
        "elements": record.elements,
    }
