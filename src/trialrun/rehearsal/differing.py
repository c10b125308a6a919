"""``trialrun numerics diff``: two tables of results, of other machines, versions or times, row by row."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from trialrun.errors import UsageError
from trialrun.evidence.environment_columns import COLUMNS, SEED
from trialrun.evidence.numerics import NumericsResult, Verdict, worst
from trialrun.report.numerics import table

Row = Mapping[str, str]

# What a row is about; the device is left out, as two of them may be what is compared.
KEY = (
    "test", "target", "path", "dtype", "fp32_precision", "batch_size", "ref_batch_size", "position", "neighbours",
    "layer", "role", "output",
)  # fmt: skip
UNCOMPARED = frozenset({"throughput_per_s", "seconds", "reason", "device", *COLUMNS})  # of no number, or timed
SHOWN = 8  # rows and fields that the words name


def compare(one: Path, other: Path, gate: bool = False) -> NumericsResult:
    """How the rows of ``other`` differ from those of ``one``, which environment fields differ first.

    BITWISE: every number of every row is the same. ROUNDING: every verdict is no worse, numbers differ. BUG: a verdict
    is worse. INCONCLUSIVE: no row of one is in the other.

    Raises:
        UsageError: one of them is no such table; or, as a regression ``gate``, their environments differ.
    """
    first, second = table.read(one), table.read(other)
    for path, rows in ((one, first), (other, second)):
        if not rows or "verdict" not in rows[0]:
            raise UsageError(f"{path}: has no column 'verdict'; it should be what `trialrun numerics ... --csv` wrote.")
    fields = environment_fields(first, second)
    if gate and fields:
        told = "; ".join(f"{name}: {before!r} against {now!r}" for name, before, now in fields)
        raise UsageError(f"--gate {one} {other}: their environments differ, so no regression can be told. {told}")
    return _judged(f"{one} against {other}", fields, _keyed(first), _keyed(second))


def environment_fields(first: Sequence[Row], second: Sequence[Row]) -> list[tuple[str, str, str]]:
    """Name and both values of each environment column whose values differ."""
    found = []
    for name in (*COLUMNS, SEED, "device"):
        before, now = (" | ".join(sorted({row.get(name) or "" for row in rows})) for rows in (first, second))
        if before != now:
            found.append((name, before, now))
    return found


def _keyed(rows: Sequence[Row]) -> dict[tuple[str, ...], Row]:
    return {tuple(row.get(name) or "" for name in KEY): row for row in rows}


def _judged(
    target: str,
    fields: list[tuple[str, str, str]],
    first: Mapping[tuple[str, ...], Row],
    second: Mapping[tuple[str, ...], Row],
) -> NumericsResult:
    both = [key for key in first if key in second]
    changed = {key: _changed(first[key], second[key]) for key in both}
    differing = {key: names for key, names in changed.items() if names}
    worse = [key for key in both if _is_worse(first[key].get("verdict"), second[key].get("verdict"))]
    environment = [f"environment: {name} {before or 'none'} -> {now or 'none'}" for name, before, now in fields]
    lines = environment or ["environment: the same in both"]
    alone = len(first) + len(second) - 2 * len(both)
    if alone:
        lines.append(f"{alone} rows are in one of them alone")
    for key in [*worse, *(key for key in differing if key not in worse)][:SHOWN]:
        lines.append(f"{_title(key, both)}: {_numbers(first[key], second[key], changed[key])}")
    if len(differing) > SHOWN:
        lines.append(f"and {len(differing) - SHOWN} rows more")
    if not both:
        verdict, reason = Verdict.INCONCLUSIVE, "No row of one is in the other: they are of different cases."
    elif worse:
        verdict = Verdict.BUG
        reason = f"{len(worse)} of {len(both)} rows have a worse verdict; {len(differing)} differ in a number."
    elif differing:
        verdict = Verdict.ROUNDING
        reason = f"No verdict is worse; {len(differing)} of {len(both)} rows differ in a number."
    else:
        verdict, reason = Verdict.BITWISE, f"All {len(both)} rows are the same, number by number."
    facts: dict[str, Any] = {
        "environment": [list(field) for field in fields],
        "rows": len(both),
        "differing": len(differing),
        "worse": len(worse),
        "alone": alone,
    }
    return NumericsResult("diff", target, verdict, reason, tuple(lines), facts=facts)


def _changed(one: Row, other: Row) -> list[str]:
    names = [name for name in one if name in other and name not in UNCOMPARED and name != SEED]
    return [name for name in names if one[name] != other[name] and not _both_nan(one[name], other[name])]


def _both_nan(one: str, other: str) -> bool:
    try:
        return math.isnan(float(one)) and math.isnan(float(other))
    except ValueError:
        return False


def _is_worse(before: str | None, now: str | None) -> bool:
    known = [value.value for value in Verdict]
    if before == now or before not in known or now not in known:
        return False
    return worst([Verdict(before), Verdict(now)]) is Verdict(now)


def _title(key: tuple[str, ...], keys: Sequence[tuple[str, ...]]) -> str:
    """What tells ``key`` from the other ``keys``."""
    varied = [len({values[number] for values in keys}) > 1 for number in range(len(KEY))]
    told = [f"{name} {value}" for name, value, other in zip(KEY, key, varied, strict=True) if value and other]
    return ", ".join(told) or key[0]


def _numbers(one: Row, other: Row, names: Sequence[str]) -> str:
    return "; ".join(f"{name} {_short(one[name])} -> {_short(other[name])}" for name in names[:4])


def _short(value: str) -> str:
    try:
        return f"{float(value):.6g}"
    except ValueError:
        return value or "none"
