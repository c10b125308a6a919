"""The plots as PNG, by matplotlib where it is installed: the page does without it."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from trialrun.report.numerics.cells import MARK, Plot

_CELL, _LINE = 0.42, 0.27  # inches
_DIM, _MARK = "#52606e", "#c2410c"


def write(plots: Sequence[Plot], folder: Path) -> bool:
    """One file for each plot, called by its name; False, and nothing is written, without matplotlib."""
    try:
        figures = importlib.import_module("matplotlib.figure")
        patches = importlib.import_module("matplotlib.patches")
    except ImportError:
        return False
    for plot in plots:
        _drawn(plot, figures, patches).savefig(folder / f"{plot.name}.png", dpi=150, facecolor="white")
    return True


def _drawn(plot: Plot, figures: Any, patches: Any) -> Any:
    """No pyplot: it would choose a window and keep the figure."""
    label = max(len(name) for name, _ in (*plot.rows, ("batch size", ()))) * 0.085 + 0.2
    lines = len(plot.rows) + (2.6 if plot.legend else 1.2)
    wide, high = label + len(plot.sizes) * _CELL + 0.1, lines * _LINE + 0.4
    wide = max(wide, 6.8 if plot.legend else 4.5)
    figure = figures.Figure(figsize=(wide, high))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, wide)
    axes.set_ylim(high, 0)
    axes.axis("off")
    axes.text(0.1, 0.2, plot.title, fontsize=10, fontweight="bold", va="center")
    top = 0.4

    def box(x: float, y: float, width: float, height: float, **style: Any) -> None:
        axes.add_patch(patches.Rectangle((x, y), width, height, **style))

    def text(x: float, y: float, words: str, colour: str, align: str) -> None:
        axes.text(x, y + _LINE / 2, words, color=colour, fontsize=8, ha=align, va="center")

    text(label - 0.08, top, "batch size", _DIM, "right")
    for column, size in enumerate(plot.sizes):
        text(label + (column + 0.5) * _CELL, top, str(size), _DIM, "center")
    for line, (name, cells) in enumerate(plot.rows, start=1):
        y = top + line * _LINE
        text(label - 0.08, y, name, "black", "right")
        for column, cell in enumerate(cells):
            if cell is None:
                continue
            x = label + column * _CELL
            box(x + 0.01, y + 0.01, _CELL - 0.02, _LINE - 0.02, color=cell.shade.light[0], linewidth=0)
            if cell.marked:
                box(x + 0.02, y + 0.02, _CELL - 0.04, _LINE - 0.04, fill=False, edgecolor=_MARK, linewidth=1.2)
            text(x + _CELL / 2, y, cell.text, cell.shade.light[1], "center")
    y = top + (len(plot.rows) + 1.4) * _LINE
    for number, (words, shade) in enumerate(plot.legend):
        x = 0.1 + number * 0.75
        box(x, y + 0.05, 0.17, 0.17, color=shade.light[0], linewidth=0)
        text(x + 0.22, y, words, _DIM, "left")
    if plot.marked:
        x = 0.4 + len(plot.legend) * 0.75
        box(x, y + 0.05, 0.17, 0.17, fill=False, edgecolor=_MARK, linewidth=1.2)
        text(x + 0.22, y, MARK, _DIM, "left")
    return figure
