"""What each mitigation fixes and what it costs, so that a service can choose between equal bits and speed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from trialrun.evidence.numerics import worst
from trialrun.numerics.batch_invariance.classes import written
from trialrun.numerics.batch_invariance.costs import Cost
from trialrun.numerics.batch_invariance.findings import Findings, Mitigated

_FASTER = 1.05  # times eager's throughput; less may be noise


def mitigation_lines(found: Findings) -> Iterator[str]:
    """A line for each, and for each dtype the choice; nothing where no mitigation was asked for."""
    if found.not_mitigated:
        yield f"mitigations: {found.not_mitigated}"
    if found.mitigated:
        yield "mitigations, beside a sample alone that is served in the same way; throughput as a share of eager's:"
    for one in found.mitigated:
        yield f"  {one.part.dtype} {one.part.path} ({one.says}): {_effect(one)}"
    for dtype in dict.fromkeys(one.part.dtype for one in found.mitigated):
        yield f"{dtype}: {_choice(found, dtype)}"


def _effect(one: Mitigated) -> str:
    part = one.part
    if part.unsupported:
        return f"not to be had: {part.unsupported}"
    largest = max(case.measures.ulp_at_row_max for case, _ in part.cases)
    sizes = [size for each in part.classes for size in each]
    return (
        f"{worst(part.verdicts).value}, {_percent(part.equal_share)} of rows bitwise equal, {largest:.3g} ULP,"
        f" {written(part.classes, sizes)}; {_shares(one.costs)}"
    )


def _percent(share: float) -> str:
    """Rounded down: 100 % is said of all alone."""
    return f"{math.floor(100 * share)}%"


def _shares(costs: Sequence[Cost]) -> str:
    return ", ".join(f"x{cost.share:.2g} at {cost.size}" for cost in costs)


def _choice(found: Findings, dtype: str) -> str:
    measured = [one for one in found.mitigated if one.part.dtype == dtype and one.costs]
    if not measured:
        return "no mitigation could be measured"
    if any(part.path == "eager" and part.dtype == dtype and part.equal_share == 1.0 for part in found.parts):
        return "eager gives equal bits at every size by itself"
    fastest = max(measured, key=_mean_share)
    speeds = ", ".join(f"{cost.plain_per_s:,.0f} samples/s at {cost.size}" for cost in measured[0].costs)
    fast = f"; fast: {fastest.part.path if _mean_share(fastest) > _FASTER else 'eager'} (eager: {speeds})"
    whole = [one for one in measured if one.part.equal_share == 1.0]
    if not whole:
        best = max(measured, key=lambda one: one.part.equal_share)
        return (
            f"none gives equal bits at every size (at best {best.part.path}, {_percent(best.part.equal_share)}){fast}"
        )
    cheapest = max(whole, key=_mean_share)
    return f"equal bits at every size at the least cost: {cheapest.part.path}, {_shares(cheapest.costs)}{fast}"


def _mean_share(one: Mitigated) -> float:
    """Geometric: half as fast at one size and twice as fast at another is as fast."""
    return math.prod(cost.share for cost in one.costs) ** (1 / len(one.costs))
