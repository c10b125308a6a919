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
It is a warning where a little was learnt, and where the loss was thrown up thirtyfold before it came down; a note where
the program works up to that rate, since a warm-up softens it. Nothing is said where no lower rate learns, where the
batch is not learnt and higher rates learn it as well, or where the longer repeats of the overfit stage learn it at the
program's own rate: a large momentum overshoots first.

## References

L. N. Smith, "Cyclical Learning Rates for Training Neural Networks", 2017 (a short sweep finds the range). The
thresholds are this project's own; they stand in `evidence/sweep.py`.
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.wording import at, count, number
from trialrun.checks.wording_of_experiments import ended, went
from trialrun.evidence import Evidence
from trialrun.evidence.sweep import STILL, Sweep, learnt_in_the_end, starts_at, sweep
from trialrun.findings.finding import Finding, Severity, Verified

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
            sure = share <= 0 and found.from_start and starts_at(evidence, found.rate) and _one_plain_start(evidence)
            plain = starts_at(evidence, found.rate)
            severity = Severity.ERROR if sure else Severity.WARNING if plain else Severity.NOTE
            yield self._finding(evidence, found, severity, "is not learnt")
        elif lower and share >= STILL and _thrown(found):
            yield self._finding(evidence, found, Severity.WARNING, "is thrown about before it is learnt")

    def _finding(self, evidence: Evidence, found: Sweep, severity: Severity, what: str) -> Finding:
        best = found.best
        peak = max(found.control.losses)
        up = f", {number(peak)} at worst" if peak > max(found.control.losses[0], found.control.losses[-1]) else ""
        optimisers = [record for record in evidence.optimiser if record.steps]
        low, high = number(found.lowest), number(found.highest)
        span = f"{low}" if low == high else f"{low} to {high}"
        soften = "" if starts_at(evidence, found.rate) else " If a warm-up leads to that rate, this may be legitimate."
        return self.finding(
            f"At its learning rate of {number(found.rate)} one batch {what}: {went(found.control)}{up}. From the same "
            f"weights, {number(found.rate_of(best))} learns it. Of "
            f"{count(len(found.record.variants) + 1, 'rate')} tried, {span} did best.{soften}",
            f"Set the learning rate to {span}"
            + (f" where {optimisers[0].cls} is built{at(optimisers[0].where)}." if optimisers else "."),
            where=optimisers[0].where if optimisers else found.record.where,
            severity=severity,
            measured={
                "learning_rate": found.rate,
                "first_loss": found.control.losses[0],
                "last_loss": found.control.losses[-1],
                "lowest_proposed": found.lowest,
                "highest_proposed": found.highest,
                "sweep": {number(found.rate_of(arm)): arm.losses[-1] for arm in found.record.variants},
            },
            expected=f"a learning rate of {span}",
            verified=Verified(
                f"a learning rate of {number(found.rate_of(best))}",
                f"the same batch goes {went(best)} (now: {ended(found.control)})",
            ),
            explained_by=_CAUSES,
            stage="probe",
        )


def _one_plain_start(evidence: Evidence) -> bool:
    """Whether one optimiser trains weights that the program made itself."""
    stepped = [record for record in evidence.optimiser if record.steps]
    return len(stepped) == 1 and not any(parameter.loaded for parameter in evidence.parameter)


def _thrown(found: Sweep) -> bool:
    """Whether the planned rate throws the loss up, and a rate that learns does not."""
    first = found.control.losses[0]
    calm = max(found.best.losses) <= CALM * first
    return first > 0 and max(found.control.losses) >= THROWN * first and calm and (found.best.value or 0.0) < 1
