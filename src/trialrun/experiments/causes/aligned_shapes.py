"""Would the batch be learnt if each prediction met its own target alone?"""

from __future__ import annotations

from dataclasses import replace

from trialrun.evidence.crossing import ORDER_MATTERS, crossing_operations
from trialrun.evidence.replays import ALIGNED_SHAPES
from trialrun.experiments.alignment import Pairs, aligned, shuffled
from trialrun.experiments.comparing import confirm
from trialrun.experiments.laboratory import Laboratory, NotToBeRunError, Run


class AlignedShapes:
    """The pairs of shapes that were seen to cross, each row with its own; and first the targets in another order."""

    name = ALIGNED_SHAPES

    def suspicion(self, lab: Laboratory) -> str | None:
        if lab.overfit.outcome == "ran" and crossing_operations(lab.evidence):
            return "a prediction (N, 1) met a target (N,)"
        return None

    def run(self, lab: Laboratory) -> Run:
        if lab.setting.compiled:
            raise NotToBeRunError("A compiled model's operations cannot be changed from outside.")
        operations = crossing_operations(lab.evidence)
        other = yield from lab.arm("targets in another order", 1, changes=(Pairs(operations, shuffled),))
        record = yield from confirm(lab, self.name, "aligned shapes", Pairs(operations, aligned))
        if record.control is None:
            return record
        change = abs(other.losses[0] - record.control.losses[0]) / abs(record.control.losses[0] or 1.0)
        return replace(record, facts={ORDER_MATTERS: change})
