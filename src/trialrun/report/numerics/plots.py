"""What is plotted of `numerics batch`: classes of batch sizes, and units in the last place by layer and batch size."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from trialrun.evidence.numerics import NumericsResult
from trialrun.report.numerics import plot_images, plot_page
from trialrun.report.numerics.cells import CLASSES, LEVELS, Cell, Plot

MOST_LAYERS = 48  # in the plot; the CSV has all
PAGE = "numerics.html"


def leave(result: NumericsResult, folder: Path) -> None:
    """Writes the page and, where matplotlib is installed, each plot as PNG into ``folder``; nothing without cases."""
    plots = plots_of(result.rows)
    for name in (PAGE, "classes.png", "ulp.png"):  # of an earlier run into the same folder
        (folder / name).unlink(missing_ok=True)
    if plots:
        (folder / PAGE).write_text(plot_page.page(result, plots), encoding="utf-8")
        plot_images.write(plots, folder)


def written(folder: Path) -> str:
    """What lies in ``folder``, in words; "" if nothing."""
    if not (folder / PAGE).exists():
        return ""
    images = [name for name in ("classes.png", "ulp.png") if (folder / name).exists()]
    return f"{PAGE} ({', '.join(images) if images else 'PNG files too where matplotlib is installed'})"


def plots_of(rows: Iterable[Mapping[str, Any]]) -> list[Plot]:
    """The plots of a result's rows; none where no case was measured."""
    held = [row for row in rows if row.get("batch_size") is not None]
    cases = [row for row in held if row.get("class_id") is not None]
    layers = [row for row in held if row.get("verdict") is None and row.get("layer")]
    several = len({row["fp32_precision"] for row in held}) > 1
    found = []
    if cases:
        found.append(_class_map(cases, several))
    if layers:
        found.append(_heat_map(layers, several))
    return found


def _class_map(cases: Sequence[Mapping[str, Any]], several: bool) -> Plot:
    sizes = _sizes(cases)
    rows = []
    for label, own in _grouped(cases, lambda row: f"{row['dtype']} {row['path']}", several).items():
        cells: list[Cell | None] = []
        for size in sizes:
            here = [row for row in own if row["batch_size"] == size]
            number = next((int(row["class_id"]) for row in here), None)
            worst = _worst(here)
            cells.append(None if number is None else _class_cell(size, number, worst))
        rows.append((label, tuple(cells)))
    says = (
        "Batch sizes with the same letter give the same samples bitwise equal outputs. Letters are told apart within"
        " a row, not between rows."
    )
    return Plot("classes", "Batch sizes that agree", says, sizes, tuple(rows))


def _class_cell(size: int, number: int, worst: float) -> Cell:
    letter = chr(ord("A") + number) if number < 26 else str(number + 1)
    tip = f"batch of {size}: class {letter}, at most {_number(worst)} ULP from the sample alone"
    return Cell(letter, tip, CLASSES[number % len(CLASSES)])


def _heat_map(layers: Sequence[Mapping[str, Any]], several: bool) -> Plot:
    sizes = _sizes(layers)
    groups = _grouped(layers, lambda row: " ".join(reversed(str(row["layer"]).rsplit(":", 1))), several)
    kept = sorted(groups, key=lambda label: -_worst(groups[label]))[:MOST_LAYERS]
    rows = []
    for label, own in groups.items():
        if label in kept:
            by_size = [[row for row in own if row["batch_size"] == size] for size in sizes]
            cells = [_heat_cell(size, here) if here else None for size, here in zip(sizes, by_size, strict=True)]
            rows.append((label, tuple(cells)))
    part = f" Of {len(groups)} layers the {len(kept)} that differ most." if len(kept) < len(groups) else ""
    says = (
        "Largest distance to the sample alone, in units in the last place (ULP) at the row's maximum, layers in the"
        " order they end. Outlined: the layer creates the difference itself; the others pass on what they are given."
        f"{part}"
    )
    legend = [(_legend(number), shade) for number, (_, shade) in enumerate(LEVELS)]
    return Plot("ulp", "ULP by layer and batch size", says, sizes, tuple(rows), tuple(legend))


def _heat_cell(size: int, here: Sequence[Mapping[str, Any]]) -> Cell:
    worst = _worst(here)
    creates = any(row.get("role") == "originator" for row in here)
    carries = any(row.get("role") == "carrier" for row in here)
    what = "creates" if creates else "only carries" if carries else "gives"
    shade = next(shade for most, shade in LEVELS if worst <= most)
    return Cell(_number(worst), f"batch of {size}: {what} {_number(worst)} ULP", shade, creates)


def _legend(number: int) -> str:
    most = LEVELS[number][0]
    if number == 0:
        return "0"
    return f"to {most:g}" if most < math.inf else f"above {LEVELS[number - 1][0]:g}"


def _grouped(rows: Sequence[Mapping[str, Any]], label: Any, several: bool) -> dict[str, list[Mapping[str, Any]]]:
    """By label, in the order of the rows; with the precision of float32 products where there are several."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault(label(row) + (f" ({row['fp32_precision']})" if several else ""), []).append(row)
    return groups


def _sizes(rows: Sequence[Mapping[str, Any]]) -> tuple[int, ...]:
    return tuple(sorted({int(row["batch_size"]) for row in rows}))


def _worst(rows: Sequence[Mapping[str, Any]]) -> float:
    return max((float(row["ulp_at_row_max"]) for row in rows if row.get("ulp_at_row_max") is not None), default=0.0)


def _number(value: float) -> str:
    """At most five characters."""
    if value == math.inf:
        return "inf"
    if value >= 1000:
        return f"{value:.0e}".replace("e+0", "e").replace("e+", "e")
    return f"{value:.2g}" if value < 100 else f"{value:.0f}"
