"""The training loss leaves its start for good: it ends far above where it began, or as NaN.

## Why is this bad?

What the first updates learnt is lost again, and every further epoch makes it worse. The first minutes look right, so
this is often seen only hours later.

## Fix

Look for what grows from epoch to epoch: a learning rate that is multiplied by more than 1, weights or inputs that are
scaled again in every pass, running statistics that feed on themselves, gradients that are added up. Otherwise lower the
learning rate and clip gradients.

## Limits

Judged on a part of the data. An error only where every loss from some update to the end is NaN or infinite, the loss
had grown at least tenfold above both its start and guessing before, and the learning rate was not seen to rise: a small
part of the data can by itself lead to a division by zero, and a learning-rate range test ends like this on purpose;
these are warnings. A finite rise is a warning where it is at least twice the loss at the start and twice that of
guessing, in the whole second half of the run, with one known supervised loss and one optimiser. Losses that are
maximised (unlearning), and harder tasks later in a curriculum, which stay near guessing, are no finding. A stream whose
numbers grow with time, read once and in order, looks like a finite rise.

## References

R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training recurrent neural networks", 2013 (clipping). The
thresholds are this project's own.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from statistics import median

from trialrun.checks.base import Check
from trialrun.checks.wording import count, number
from trialrun.checks.wording_of_scores import part
from trialrun.evidence import Evidence
from trialrun.evidence.rates import may_rise
from trialrun.evidence.scores import SQUARED_ERROR, trivial, unsupervised
from trialrun.evidence.subset import SubsetRecord
from trialrun.evidence.trend import trend
from trialrun.findings.finding import Finding, Severity

FOR_GOOD = 5  # losses at the end that are all not finite
GROWN = 10.0  # times the start, and guessing, before it became non-finite: no single bad batch did it
RISEN = 2.0  # times the start, and guessing, in both of the last quarters
_AT_START = 8  # losses whose median is the start
_SHORTEST = 24
_CAUSES = (
    *("DAT101", "GRD401", "GRD406", "GRD407", "GRD412", "LOS303", "LOS304", "LOS306", "LOS310"),
    *("MOD205", "OPT503", "OPT506", "OPT507", "OPT508", "EVA706", "TRN601"),
)


class DivergingLoss(Check):
    code = "TRN602"
    slug = "diverging-loss"
    severity = Severity.ERROR
    needs = ("subset",)

    def unjudged(self, evidence: Evidence) -> str:
        record = evidence.subset_of("as it is")
        if record is None:
            return evidence.subset[-1].reason or "the training on a part of the data did not run"
        if len(record.losses) < _SHORTEST:
            return f"{count(len(record.losses), 'loss')} on a part of the data are too few to tell"
        return ""

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        record = evidence.subset_of("as it is")
        if record is None or not all(math.isfinite(loss) for loss in record.losses[:_AT_START]):
            return
        start = median(record.losses[:_AT_START])
        if start <= 0 or any(update.loss is not None and update.loss < 0 for update in evidence.update):
            return  # maximised, or without a bound below: what far above the start is cannot be said
        level = max(start, _guessing(evidence, record))
        ended = next((place for place, loss in enumerate(record.losses) if not math.isfinite(loss)), None)
        if ended is not None:
            if len(record.losses) - ended < FOR_GOOD or any(math.isfinite(loss) for loss in record.losses[ended:]):
                return
            grown = max(record.losses[_AT_START:ended], default=0.0) > GROWN * level
            sure = grown and not may_rise(evidence) and not unsupervised(evidence, record)
            severity = Severity.ERROR if sure else Severity.WARNING
            yield self._finding(record, start, severity, _end(record, ended))
        elif not unsupervised(evidence, record):
            quarter = len(record.losses) // 4
            late = [median(record.losses[-2 * quarter : -quarter]), median(record.losses[-quarter:])]
            line = trend(record.losses[-2 * quarter :])
            if min(late) > RISEN * level and line is not None and not line.falls:
                yield self._finding(record, start, Severity.WARNING, f"{number(late[0])}, then {number(late[1])}")

    def _finding(self, record: SubsetRecord, start: float, severity: Severity, late: str) -> Finding:
        lowest = min(loss for loss in record.losses if math.isfinite(loss))
        return self.finding(
            f"{part(record)} the training loss leaves its start for good: {number(start)} at first, {number(lowest)} "
            f"at best, {late} in {count(record.updates, 'update')}. The likely cause: something grows from epoch to "
            "epoch (a learning rate, weights or inputs that are scaled again in every pass), or the learning rate is "
            "too high for batches that change.",
            "Print the learning rate, the norm of the weights and the range of the inputs once an epoch and see which "
            "one grows; otherwise lower the learning rate and clip the gradients."
            + ("" if severity is Severity.ERROR else " If the loss is driven up on purpose, this is legitimate."),
            where=record.where,
            severity=severity,
            measured={
                "first_loss": start,
                "best_loss": lowest,
                "last_loss": str(record.losses[-1]) if not math.isfinite(record.losses[-1]) else record.losses[-1],
                "updates": record.updates,
            },
            expected=f"a loss that stays below {number(start)}",
            explains=("TRN604", "TRN605", "TRN606"),
            explained_by=_CAUSES,
            stage="subset",
        )


def _end(record: SubsetRecord, ended: int) -> str:
    last = [loss for loss in record.losses[max(0, ended - 3) : ended] if math.isfinite(loss)]
    share = f"after {ended / len(record.losses):.0%} of the updates"
    before = f" (before it: {', '.join(number(loss) for loss in last)})" if last else ""
    return f"and {number(record.losses[ended])} from {share} to the end{before}"


def _guessing(evidence: Evidence, record: SubsetRecord) -> float:
    """The loss of a model that does not look at its inputs, where it is known; else 0."""
    even = max((call.uniform_loss for call in evidence.loss if call.training and call.uniform_loss), default=0.0)
    floor = trivial(record)
    return max(even, floor[1]) if floor is not None and record.metric == SQUARED_ERROR else even
