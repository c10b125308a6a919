"""Numbers as a reader wants them: with units, with the digits that carry meaning, never more."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence


def number(value: float | None, digits: int = 3) -> str:
    """``value`` with ``digits`` significant digits: 2.32, 0.00410, 1,234, 4.1e-07; "-" for None."""
    if value is None:
        return "-"
    if not math.isfinite(value):
        return {"nan": "NaN", "inf": "inf", "-inf": "-inf"}[repr(float(value))]
    if value == 0:
        return "0"
    mantissa, _, exponent_text = f"{value:.{digits - 1}e}".partition("e")
    exponent = int(exponent_text)  # of the rounded value: 9.999 has the digits of 10.0
    if -3 <= exponent < 6:
        return f"{value:,.{max(0, digits - 1 - exponent)}f}"
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}e{exponent:+03d}"


def bound(value: float | None) -> str:
    """An end of a range, where a whole number is better read as one: 0, 9, 255, -0.424; "-" for None."""
    if value is not None and math.isfinite(value) and value == int(value) and abs(value) < 1e6:
        return f"{int(value):,}"
    return number(value)


def count(value: int) -> str:
    """With thousands separated: 1,199,882."""
    return f"{value:,}"


def counted(value: int, noun: str, plural: str | None = None) -> str:
    """The count and its noun: "1 error", "2 errors"."""
    return f"{value:,} {noun if value == 1 else plural or noun + 's'}"


def noun_of(stage: str) -> str:
    """What a stage counts: updates of the program, or repeats of one of them."""
    return {"overfit": "repeat", "probe": "experiment"}.get(stage, "update")


def size(count_bytes: int) -> str:
    """Bytes in the largest unit that leaves at least 1: 512 B, 4.39 MiB."""
    value, unit = float(count_bytes), "B"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if value < 1024:
            break
        value, unit = value / 1024, larger
    return f"{count_bytes} B" if unit == "B" else f"{number(value)} {unit}"


def seconds(value: float) -> str:
    """A duration: 12 ms, 7.9 s, 2 min 5 s, 1 h 27 min."""
    if value < 0.9995:
        return f"{max(0.0, value) * 1000:.0f} ms"
    if value < 9.95:
        return f"{value:.1f} s"
    whole = round(value)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return _two(whole, "min", "s")
    return _two(round(value / 60), "h", "min")


def _two(value: int, large: str, small: str) -> str:
    rest = f" {value % 60} {small}" if value % 60 else ""
    return f"{value // 60} {large}{rest}"


def share(value: float | None) -> str:
    """A share 0..1 in percent. Never rounded to 0 % or 100 % unless it is exactly that; "-" for None."""
    if value is None:
        return "-"
    if value in (0.0, 1.0):
        return f"{value:.0%}".replace("%", " %")
    percent = 100 * value
    if percent < 0.1:
        return "<0.1 %"
    if percent > 99.9:
        return ">99.9 %"
    return f"{percent:.1f} %" if percent < 1 or percent > 99 else f"{percent:.0f} %"


def shape(sizes: Sequence[int] | None) -> str:
    """Axes with an x between: 64x1x28x28; "scalar" for no axes, "-" for None."""
    if sizes is None:
        return "-"
    return "x".join(str(axis) for axis in sizes) if sizes else "scalar"


def ranges(lines: Iterable[int]) -> str:
    """Line numbers with runs joined: "88-90, 92"."""
    runs: list[list[int]] = []
    for line in sorted(set(lines)):
        if runs and line == runs[-1][-1] + 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def classes(uniform_loss: float | None) -> int | None:
    """C where ``uniform_loss`` is ln C for a whole C >= 2, else None."""
    if uniform_loss is None or not 0.5 < uniform_loss < 20:
        return None
    whole = round(math.exp(uniform_loss))
    return whole if whole >= 2 and math.isclose(math.log(whole), uniform_loss, rel_tol=1e-6) else None
