"""How much of the full run a rehearsed loop stands for, from the lengths of the loops around it."""

from __future__ import annotations

import math

from trialrun.evidence import Evidence
from trialrun.evidence.place import Where
from trialrun.evidence.timing import LoopTime


def planned_items(evidence: Evidence, time: LoopTime) -> float | None:
    """Items that passes like ``time`` have in the full run; None where the length of a loop is not known.

    Passes of one loop that differ (a last, ragged one) share the full run as they shared the rehearsed one.
    """
    own = time.length or _length(evidence, time.where)
    if own is None:
        return None
    if time.inside is None:
        return float(own * time.entries)
    around = [other for other in evidence.loop_time if other.where == time.inside and other.entries]
    full = [planned_items(evidence, other) for other in around if other.inside != time.where]
    seen = sum(other.iterations for other in around)
    if not full or not seen or any(items is None for items in full):
        return None
    return own * time.entries * sum(items or 0.0 for items in full) / seen


def _length(evidence: Evidence, loop: Where) -> float | None:
    """Items of a loop that one upward counter ends: ``while step < steps``."""
    for bound in evidence.loop_bound:
        growth = (bound.left_growth or 0.0) - (bound.right_growth or 0.0)
        if bound.loop == loop and bound.how == "while" and bound.operator in ("<", "<=", "!=") and growth > 0:
            return math.ceil((bound.right - bound.left + (bound.operator == "<=")) / growth)
    return next((record.length for record in evidence.loop if record.where == loop and record.length), None)
