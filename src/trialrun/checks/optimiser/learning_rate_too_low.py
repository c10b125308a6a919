"""At the program's learning rate one batch is hardly learnt; at a much higher one, all else the same, it is.

## Why is this bad?

Training goes in the right direction in steps too small to get anywhere: the full run ends where it began, or needs a
hundred times the epochs it would need.

## Fix

Set the rate inside the proposed range, or train for longer on purpose.

## Limits

Judged on one batch that is repeated, from the weights before the first update, with the rate held at the planned peak.
A small rate is right for loaded weights (fine-tuning), and one that the program raises as it goes is no setting (a
warm-up by hand, a range test): then nothing is said. It is right, too, where the planned run is
long enough for it: nothing is said if at the pace of these repeats the planned number of updates would go all of the
way, or if the longer repeats of the overfit stage learn the batch. Only a rate at least ten times higher that learns
is a finding, and it is a warning.

## References

L. N. Smith, "Cyclical Learning Rates for Training Neural Networks", 2017. The thresholds are this project's own; they
stand in `evidence/sweep.py`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.wording import count, number
from trialrun.checks.wording_of_experiments import ended, went
from trialrun.evidence import Evidence
from trialrun.evidence.sweep import STILL, Sweep, learnt_in_the_end, rises, sweep
from trialrun.findings.finding import Finding, Severity, Verified

MUCH_HIGHER = 10.0  # times the planned rate
_CAUSES = (
    *("DAT102", "GRD401", "GRD402", "GRD403", "GRD404", "GRD407", "LOS301", "LOS302", "LOS303", "LOS307"),
    *("MOD205", "MOD210", "MOD211", "NUM802", "OPT505"),
)


class LearningRateTooLow(Check):
    code = "OPT504"
    slug = "learning-rate-too-low"
    severity = Severity.WARNING
    needs = ("experiment",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        found = sweep(evidence)
        if found is None or not found.learning or any(parameter.loaded for parameter in evidence.parameter):
            return
        if rises(evidence, found.rate):
            return
        if any((arm.value or 0.0) < MUCH_HIGHER for arm in found.learning) or found.share(found.control) >= STILL:
            return
        if learnt_in_the_end(evidence):
            return
        planned = _planned_updates(evidence)
        if planned is not None and _enough(found, planned):
            return
        best = found.best
        optimisers = [record for record in evidence.optimiser if record.steps]
        low, high = number(found.lowest), number(found.highest)
        span = low if low == high else f"{low} to {high}"
        yield self.finding(
            f"At its learning rate of {number(found.rate)} one batch is hardly learnt: {went(found.control)}. From "
            f"the same weights, {number(found.rate_of(best))} learns it. Of "
            f"{count(len(found.record.variants) + 1, 'rate')} tried, {span} did best."
            + (f" The full run has {planned:,} updates, too few at this pace." if planned else "")
            + " For weights that were trained before, a small rate is legitimate.",
            f"Set the learning rate to {span}.",
            where=optimisers[0].where if optimisers else found.record.where,
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


def _planned_updates(evidence: Evidence) -> int | None:
    """Updates of the full run, where the lengths of its loops are known."""
    training = [loop for loop in evidence.loop if loop.kind == "training"]
    epochs = [loop for loop in evidence.loop if loop.kind == "epoch"]
    if len(training) != 1 or training[0].length is None or any(loop.length is None for loop in epochs):
        return None
    items = training[0].length * math.prod(loop.length or 1 for loop in epochs)
    return items // max(1, evidence.overfit[-1].items if evidence.overfit else 1)


def _enough(found: Sweep, planned: int) -> bool:
    """Whether the pace of the repeats, held for ``planned`` updates, would go all of the way."""
    steps = len(found.control.losses) - 1
    return steps > 0 and found.share(found.control) / steps * planned >= 1
