"""How the sentences on a repeated window write numbers and ways."""

from __future__ import annotations


def fell(first: float, last: float, steps: int) -> str:
    """The way of a loss: "The loss fell from 2.317 to 0.0201 in 60 steps"."""
    moved = "fell" if last < first else "rose" if last > first else "stayed"
    way = f"at {number(first)}" if last == first else f"from {number(first)} to {number(last)}"
    return f"The loss {moved} {way} in {counted(steps)}"


def counted(steps: int) -> str:
    """ "1 step", "1,200 steps"."""
    return f"{steps:,} {'step' if steps == 1 else 'steps'}"


def rounded(count: int) -> int:
    """To one significant digit, or two from 100 on: what is extrapolated is not known better."""
    digits = len(str(count))
    return round(count, -(digits - 1 - (digits > 2)))


def number(value: float | None) -> str:
    """Four significant digits; whole numbers below a million whole."""
    if value is None:
        return "unknown"
    return f"{int(value):,}" if abs(value) < 1e6 and value == int(value) else f"{value:.4g}"


def percent(share: float) -> str:
    """A share 0..1, or more: "94 %"."""
    value = 100 * share
    return f"{value:.0f} %" if value >= 1 or value == 0 else f"{value:.1g} %"
