"""How checks write numbers, names and places."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from trialrun.evidence.model import OptimiserRecord
from trialrun.evidence.place import Where
from trialrun.evidence.program import MissedBlock


def number(value: float | None) -> str:
    """``value`` to four significant digits; "unknown" for None."""
    if value is None:
        return "unknown"
    if not math.isfinite(value):
        return str(value)
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:.4g}"


def numbers(values: Iterable[float | None], limit: int = 5) -> str:
    """The first ``limit`` values as "1, 1.99, 2.97", with "..." when there are more."""
    shown = [number(value) for value in values]
    return ", ".join(shown[:limit]) + (", ..." if len(shown) > limit else "")


def count(amount: int, noun: str) -> str:
    """ "1 step", "3 steps", "2 batches"."""
    return f"{amount:,} {noun if amount == 1 else plural(noun)}"


def plural(noun: str) -> str:
    """ "steps", "batches", "epochs", "entries"."""
    if noun.endswith(("ch", "s", "x")) and noun != "epoch":
        return noun + "es"
    return noun[:-1] + "ies" if noun.endswith("y") else noun + "s"


def percent(share: float) -> str:
    """A share 0..1 as per cent with two significant digits."""
    return f"{100 * share:.2g} %" if share < 0.995 else f"{100 * share:.0f} %"


def names(items: Sequence[str], limit: int = 3) -> str:
    """ "a, b, c and 4 more"."""
    if len(items) <= limit:
        return ", ".join(items)
    return f"{', '.join(items[:limit])} and {len(items) - limit} more"


def shape(sizes: Sequence[int] | None) -> str:
    """A shape as Python writes it: "(64, 1)", "(64,)"."""
    return "(?)" if sizes is None else str(tuple(sizes))


def at(where: Where | None) -> str:
    """ " (train.py:41)", or nothing when the place is unknown."""
    return "" if where is None else f" ({where})"


def optimiser_name(record: OptimiserRecord) -> str:
    """ "Adam (train.py:30)"."""
    return f"{record.cls}{at(record.where)}"


def unreached(blocks: Sequence[MissedBlock]) -> str:
    """The sentence that tells why a claim of absence is no error."""
    shown = [f"`{block.guard}` ({block.file}:{block.lines[0]})" for block in blocks if block.lines]
    return f"The rehearsal did not reach all statements; this one could change the verdict: {names(shown, 2)}."


def finite(value: float | None) -> bool:
    """False for NaN and infinities; True for numbers and for None, which claims nothing."""
    return value is None or math.isfinite(value)
