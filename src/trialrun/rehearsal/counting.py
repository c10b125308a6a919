"""How often tests of whole numbers let something run, told from how their counters were seen to grow."""

from __future__ import annotations

import math

from trialrun.evidence.timing import BranchTime, LoopBound

_NEGATED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


def items_until(bound: LoopBound, growth: float | None = None) -> int | None:
    """Items of the loop that ``bound`` ends, the one that it ends in included; None: it never does, or nobody knows.

    ``growth``, where given, is by how much the two sides draw apart from one test to the next, in place of what was
    seen.
    """
    if growth is None:
        if bound.left_growth is None or bound.right_growth is None:
            return None
        growth = bound.left_growth - bound.right_growth
    operator = bound.operator if bound.how == "break" else _NEGATED[bound.operator]
    tests = _tests_until(bound.left - bound.right, growth, operator)
    return None if tests is None else tests + (bound.how == "break")


def _tests_until(difference: int, growth: float, operator: str) -> int | None:
    """The first k = 0, 1, ... for which ``difference + k * growth`` compares to 0 as ``operator`` says."""
    if operator in ("<", "<="):
        return _tests_until(-difference, -growth, ">" if operator == "<" else ">=")
    if operator == "!=":
        return 0 if difference else 1 if growth else None
    if operator == "==":
        return 0 if not difference else math.ceil(-difference / growth) if difference * growth < 0 else None
    reached = difference >= 0 if operator == ">=" else difference > 0
    if reached:
        return 0
    if growth <= 0:
        return None
    return math.ceil(-difference / growth) if operator == ">=" else math.floor(-difference / growth) + 1


def runs_of(branch: BranchTime, entries: float, items: float, items_seen: int, entries_seen: int) -> float:
    """How often ``branch`` runs in ``items`` items of the loop around it, which is entered ``entries`` times.

    ``items_seen`` and ``entries_seen``: of the rehearsal. Exact where the counter grows by one an item; on average
    elsewhere.
    """
    per_item = branch.tests / items_seen if items_seen else 1.0
    period = abs(branch.period or 0)
    if not period:
        return branch.runs / items_seen * items if items_seen else 0.0
    extra = branch.others / entries_seen * entries if entries_seen else 0.0  # "or this is the last one"
    growth = 1.0 if branch.growth is None else abs(branch.growth)
    tests = items * (per_item if per_item > 1.5 else 1.0)  # fewer tests than items: a test in front of it failed
    if growth == 1 and branch.first is not None and branch.remainder is not None and (branch.restarts or entries == 1):
        start = (branch.remainder - branch.first) % period  # of the first test that it runs at
        each = tests / entries if entries else 0.0
        return max(0, math.ceil((each - start) / period)) * entries + extra
    step = round(growth)
    share = math.gcd(step, period) / period if step >= 1 else 1 / period
    return tests * share + extra
