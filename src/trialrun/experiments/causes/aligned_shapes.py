"""Would the batch be learnt if each prediction met its own target alone? And would one prediction for all do?"""

from __future__ import annotations

import functools
import math
from collections.abc import Generator, Sequence
from dataclasses import replace

from trialrun.evidence.crossing import (
    LEARNT,
    LEARNT_TURNED,
    ONE_EVERYWHERE,
    ONE_FOR_ALL,
    ORDER_MATTERS,
    crossing_operations,
)
from trialrun.evidence.experiments import ExperimentRecord
from trialrun.evidence.replays import ALIGNED_SHAPES
from trialrun.experiments.alignment import ONES, Pairs, aligned, one_for_all, shuffled
from trialrun.experiments.comparing import as_it_is, confirm
from trialrun.experiments.laboratory import Laboratory, NotToBeRunError, Run
from trialrun.experiments.outputs import Crossed, Outputs
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
        facts = yield from _with_one_prediction(lab, operations)
        if lab.overfit.outcome == "ran":
            fix = Pairs(operations, aligned)
            record = yield from confirm(lab, self.name, "aligned shapes", fix, (repeats, control))
        else:
            record = ExperimentRecord(self.name, where=lab.overfit.where, control=control)
        change = abs(other.losses[0] - control.losses[0]) / abs(control.losses[0] or 1.0)
        return replace(record, facts={ORDER_MATTERS: change, **facts})


def _with_one_prediction(lab: Laboratory, operations: frozenset[str]) -> Generator[Variant, Reading, dict[str, float]]:
    """The loss as learnt, and with one prediction for all samples: where these cross, and for all that reads them."""
    crossed = Crossed(operations)
    learnt = yield from _standing(lab, crossed)
    facts = {LEARNT: learnt}
    facts[ONE_FOR_ALL] = yield from _least(lab, [Pairs(operations, one_for_all(one)) for one in ONES])
    if crossed.predictions is not None and crossed.targets is not None:
        moved = functools.partial(Outputs, crossed.predictions, crossed.targets)
        turned = moved(lambda predictions, targets: predictions.roll(1))
        facts[LEARNT_TURNED] = yield from _standing(lab, turned)
        if turned.seen:
            facts[ONE_EVERYWHERE] = yield from _least(lab, [moved(one) for one in ONES])
    return {name: loss for name, loss in facts.items() if math.isfinite(loss)}


def _least(lab: Laboratory, changes: Sequence[Change]) -> Generator[Variant, Reading, float]:
    """The least loss at what the last run has learnt, over ``changes``; NaN where one could not be read in time."""
    least = math.inf
    for change in changes:
        if lab.seconds_left <= 0:
            return math.nan
        loss = yield from _standing(lab, change)
        least = min(least, loss) if math.isfinite(loss) else math.nan
    return least


def _standing(lab: Laboratory, *changes: Change) -> Generator[Variant, Reading, float]:
    """The loss at what the last run has learnt, which is kept; NaN where it could not be read."""
    rates = {id_: tuple(HARDLY_MOVES * rate for rate in given) for id_, given in lab.rates.items()}
    reading = yield Variant(regularised=False, rates=rates, detail=True, changes=changes)
    return math.nan if reading.error or reading.loss is None else reading.loss
