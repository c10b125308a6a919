"""At the program's learning rate one batch is hardly learnt; at a much higher one, all else the same, it is.

## Why is this bad?

Training goes in the right direction in steps too small to get anywhere: the full run ends where it began, or needs a
hundred times the epochs it would need.

## Fix

Set the rate inside the proposed range, or train for longer on purpose.

## Limits

Judged on one batch that is repeated, from the weights before the first update, with the rate held at the planned peak.
A small rate is right for loaded weights (fine-tuning), and one that the program raises as it goes is no setting (a
warm-up by hand, a range test): then nothing is said, as of gradients of which clipping leaves a tenth or less in most
steps: its limit sets the pace there. It is right, too, where the planned run is long enough for it: nothing is said if
the planned number of updates, each taking the same share of what is left to learn as these repeats did, would go two
thirds of the way, if the longer repeats of the overfit stage learn the batch, or if they are still learning it and the
number of planned updates is not known. Only a rate at least ten times higher that learns is a finding, and it is a
warning.

## References

L. N. Smith, "Cyclical Learning Rates for Training Neural Networks", 2017. The thresholds are this project's own; they
stand in `evidence/sweep.py`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.gradient.clipping_always_active import clipped_deeply
from trialrun.checks.wording import number
from trialrun.checks.wording_of_experiments import measured, span, tried, verified, went
from trialrun.evidence import Evidence
from trialrun.evidence.learning import share_learnt
from trialrun.evidence.overfit_verdict import LEARNING, LEARNT, judged
from trialrun.evidence.sweep import Sweep, rises, sweep
from trialrun.findings.finding import Finding, Severity

ENOUGH = 1.0  # -log of what is left after the full run: two thirds are learnt, and a slow start speeds up
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
        if not found.far_below or clipped_deeply(evidence):
            return
        planned = _planned_updates(evidence)
        longer = judged(evidence)
        if longer is not None and (longer.word == LEARNT or (longer.word == LEARNING and planned is None)):
            return
        if planned is not None and _pace(evidence, found) * planned >= ENOUGH:
            return
        optimisers = [record for record in evidence.optimiser if record.steps]
        yield self.finding(
            f"At its learning rate of {number(found.rate)} one batch is hardly learnt: {went(found.control)}. "
            + tried(found)
            + (f" The full run has {planned:,} updates, too few at this pace." if planned else "")
            + " For weights that were trained before, a small rate is legitimate.",
            f"Set the learning rate to {span(found)}.",
            where=optimisers[0].where if optimisers else found.record.where,
            measured=measured(found),
            expected=f"a learning rate of {span(found)}",
            verified=verified(found),
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


def _pace(evidence: Evidence, found: Sweep) -> float:
    """Share of what is left to learn that each update takes, 1/update, by the control or the longer repeats of overfit:
    what is left falls to exp(-pace * updates).
    """
    runs = [(found.control.losses, found.record.floor), *((run.losses, run.floor) for run in evidence.overfit)]
    shares = [(share_learnt(losses, floor), len(losses) - 1) for losses, floor in runs if len(losses) > 1]
    return max((-math.log1p(-share) / steps if share < 1 else math.inf for share, steps in shares), default=0.0)
