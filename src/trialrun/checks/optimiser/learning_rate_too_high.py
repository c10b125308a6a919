"""At the program's learning rate one batch cannot be learnt; at a lower one, all else the same, it can.

## Why is this bad?

Each update overshoots: the loss jumps about, rises, or ends as NaN, and units may be switched off for good. More
epochs do not help. The same network, the same batch and the same first weights learn at a lower rate: the rate is the
cause.

## Fix

Set the rate inside the proposed range. The upper end is for large batches and normalised networks, the lower one for
small batches; a warm-up over the first hundreds of updates makes the upper end safer.

## Limits

The rate was held at the program's own value, at the peak where a schedule is planned, on one batch that is repeated,
dropout and weight decay off, from the weights before the first update. It is an error only if the program begins at
that rate, the weights are not loaded, one optimiser steps, and the batch ended non-finite or no better than it began.
It is a warning where a little was learnt, and where the loss was thrown up thirtyfold before it came down. Where the
program works up to that rate, the batch is repeated once more with the rate raised over 60 steps and then held: a
warning if it ends no better than it began, nothing if it is learnt, else a note; a warm-up over thousands of steps can
carry further. Nothing is said where no lower rate learns, where the batch is not learnt and higher rates learn it as
well, or where the longer repeats of the overfit stage learn it at the program's own rate: a large momentum overshoots
first.

## References

L. N. Smith, "Cyclical Learning Rates for Training Neural Networks", 2017 (a short sweep finds the range). The
thresholds are this project's own; they stand in `evidence/sweep.py`.
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.wording import at, number
from trialrun.checks.wording_of_experiments import ended, measured, span, tried, verified, went
from trialrun.evidence import Evidence
from trialrun.evidence.learning import share_learnt
from trialrun.evidence.sweep import LEARNS, STILL, Sweep, learnt_in_the_end, starts_at, sweep, warmed_up
from trialrun.findings.finding import Finding, Severity

THROWN = 30.0  # times the first loss: no training that is meant to go down starts like that
CALM = 2.0  # times the first loss, at the rates that are proposed instead
# Errors that can make a sound rate too high: they are told first.
_CAUSES = (
    *("DAT101", "DAT102", "DAT103", "GRD401", "GRD402", "GRD405", "GRD407"),
    *("LOS301", "LOS303", "LOS304", "LOS307", "MOD205", "MOD211"),
)


class LearningRateTooHigh(Check):
    code = "OPT503"
    slug = "learning-rate-too-high"
    severity = Severity.ERROR
    needs = ("experiment",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        found = sweep(evidence)
        if found is None:
            return
        lower = [arm for arm in found.learning if (arm.value or 0.0) < 1]
        erratic = any((arm.value or 0.0) > 1 for arm in found.learning)
        share = found.share(found.control)
        if lower and share < STILL and not erratic and not learnt_in_the_end(evidence):
            severity = _severity(evidence, found)
            if severity is not None:
                yield self._finding(evidence, found, severity, "is not learnt")
        elif lower and share >= STILL and _thrown(found):
            yield self._finding(evidence, found, Severity.WARNING, "is thrown about before it is learnt")

    def _finding(self, evidence: Evidence, found: Sweep, severity: Severity, what: str) -> Finding:
        peak = max(found.control.losses)
        up = f", {number(peak)} at worst" if peak > max(found.control.losses[0], found.control.losses[-1]) else ""
        optimisers = [record for record in evidence.optimiser if record.steps]
        return self.finding(
            f"At its learning rate of {number(found.rate)} one batch {what}: {went(found.control)}{up}. "
            f"{tried(found)}{_warm_up(evidence, found)}",
            f"Set the learning rate to {span(found)}"
            + (f" where {optimisers[0].cls} is built{at(optimisers[0].where)}." if optimisers else "."),
            where=optimisers[0].where if optimisers else found.record.where,
            severity=severity,
            measured=measured(found),
            expected=f"a learning rate of {span(found)}",
            verified=verified(found),
            explained_by=_CAUSES,
            stage="probe",
        )


def _severity(evidence: Evidence, found: Sweep) -> Severity | None:
    """Of a rate at which the batch is not learnt; None where a warm-up repairs it."""
    if starts_at(evidence, found.rate):
        sure = found.share(found.control) <= 0 and found.from_start and _one_plain_start(evidence)
        return Severity.ERROR if sure else Severity.WARNING
    warmed = warmed_up(evidence)
    if warmed is None:
        return Severity.NOTE
    share = share_learnt(warmed.losses, found.record.floor)
    return None if share >= LEARNS else Severity.NOTE if share > 0 else Severity.WARNING


def _warm_up(evidence: Evidence, found: Sweep) -> str:
    """What a warm-up makes of it, where the program works up to its rate."""
    if starts_at(evidence, found.rate):
        return ""
    warmed = warmed_up(evidence)
    tried = f" With the {warmed.change}, then held, it goes {ended(warmed)}." if warmed is not None else ""
    return f"{tried} If a longer warm-up leads to that rate, this may be legitimate."


def _one_plain_start(evidence: Evidence) -> bool:
    """Whether one optimiser trains weights that the program made itself."""
    stepped = [record for record in evidence.optimiser if record.steps]
    return len(stepped) == 1 and not any(parameter.loaded for parameter in evidence.parameter)


def _thrown(found: Sweep) -> bool:
    """Whether the planned rate throws the loss up, and a rate that learns does not."""
    first = found.control.losses[0]
    calm = max(found.best.losses) <= CALM * first
    return first > 0 and max(found.control.losses) >= THROWN * first and calm and (found.best.value or 0.0) < 1
