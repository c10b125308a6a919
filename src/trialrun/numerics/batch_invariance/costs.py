"""What a mitigation costs: throughput beside the plain path, as interleaved pairs."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import Any

from trialrun.numerics import samples
from trialrun.numerics.batch_invariance.coupling import Rows
from trialrun.numerics.batch_invariance.measuring import Bench, timed

SIZES = (1, 8)  # and the limit
_SECONDS = 0.2  # for the pairs of one size
_FEWEST, _MOST = 5, 51  # pairs


@dataclass(frozen=True)
class Cost:
    """Samples a second at one batch size, medians; ``share`` is the median over the pairs of mitigated / plain."""

    size: int
    plain_per_s: float
    mitigated_per_s: float
    share: float
    pairs: int


def costs(plain: Rows, mitigated: Rows, bench: Bench) -> list[Cost]:
    """At the batch sizes that are typical: one, some, and the limit."""
    sizes = sorted({*SIZES, bench.limit})
    return [
        _at(plain, mitigated, samples.take(bench.batch, [place % bench.pool for place in range(size)]), size)
        for size in sizes
        if bench.reference_size <= size <= bench.limit
    ]


def _at(plain: Rows, mitigated: Rows, batch: Any, size: int) -> Cost:
    """The two in turn, which one comes first by turns: what slows the machine down slows both."""
    for rows in (plain, mitigated):
        rows(batch, size)
    once = _seconds(plain, batch, size) + _seconds(mitigated, batch, size)
    pairs = min(_MOST, max(_FEWEST, int(_SECONDS / once)))
    times: list[tuple[float, float]] = []
    for number in range(pairs):
        if number % 2:
            after = _seconds(mitigated, batch, size)
            times.append((_seconds(plain, batch, size), after))
        else:
            times.append((_seconds(plain, batch, size), _seconds(mitigated, batch, size)))
    one, other = (size / statistics.median(column) for column in zip(*times, strict=True))
    return Cost(size, one, other, statistics.median(a / b for a, b in times), pairs)


def _seconds(rows: Rows, batch: Any, size: int) -> float:
    return timed(rows, batch, size)[1]
