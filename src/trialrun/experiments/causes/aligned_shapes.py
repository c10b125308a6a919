"""Would the batch be learnt if each prediction met its own target alone? And would one prediction for all do?"""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from dataclasses import replace

from trialrun.evidence.crossing import LEARNT, ONE_FOR_ALL, ORDER_MATTERS, crossing_operations
from trialrun.evidence.experiments import ExperimentRecord
from trialrun.evidence.replays import ALIGNED_SHAPES
from trialrun.experiments.alignment import ONES, Pairs, aligned, shuffled
from trialrun.experiments.comparing import as_it_is, confirm
from trialrun.experiments.laboratory import Laboratory, NotToBeRunError, Run
from trialrun.experiments.plan import Change, Variant
from trialrun.experiments.reading import Reading

HARDLY_MOVES = 1e-6  # of the learning rates; 0 is what a line search divides by


class AlignedShapes:
    """The pairs of shapes that were seen to cross: each row with its own, the targets in another order, one for all."""

    name = ALIGNED_SHAPES

    def suspicion(self, lab: Laboratory) -> str | None:
        if lab.repeatable and crossing_operations(lab.evidence):
            return "a prediction (N, 1) met a target (N,)"
        return None

    def run(self, lab: Laboratory) -> Run:
        if lab.setting.compiled:
            raise NotToBeRunError("A compiled model's operations cannot be changed from outside.")
        operations = crossing_operations(lab.evidence)
        other = yield from lab.arm("targets in another order", 1, changes=(Pairs(operations, shuffled),))
        repeats, control = yield from as_it_is(lab)
        learnt = yield from _standing(lab)
        alike = yield from _least(lab, [Pairs(operations, one) for one in ONES])
        if lab.overfit.outcome == "ran":
            fix = Pairs(operations, aligned)
            record = yield from confirm(lab, self.name, "aligned shapes", fix, (repeats, control))
        else:
            record = ExperimentRecord(self.name, where=lab.overfit.where, control=control)
        change = abs(other.losses[0] - control.losses[0]) / abs(control.losses[0] or 1.0)
        facts = {ORDER_MATTERS: change}
        if math.isfinite(learnt) and math.isfinite(alike):
            facts |= {LEARNT: learnt, ONE_FOR_ALL: alike}
        return replace(record, facts=facts)


def _least(lab: Laboratory, changes: Sequence[Change]) -> Generator[Variant, Reading, float]:
    """The least loss at what the last run has learnt, over ``changes``; NaN where one could not be read."""
    least = math.inf
    for change in changes:
        loss = yield from _standing(lab, change)
        least = min(least, loss) if math.isfinite(loss) else math.nan
    return least


def _standing(lab: Laboratory, *changes: Change) -> Generator[Variant, Reading, float]:
    """The loss at what the last run has learnt, which is kept; NaN where it could not be read."""
    rates = {id_: tuple(HARDLY_MOVES * rate for rate in given) for id_, given in lab.rates.items()}
    reading = yield Variant(regularised=False, rates=rates, detail=True, changes=changes)
    return math.nan if reading.error or reading.loss is None else reading.loss
