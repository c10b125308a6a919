"""What a plot is made of: cells with a text and a shade, on a light and on a dark ground."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Shade:
    """Background and letters, on a light and on a dark page."""

    name: str  # of the CSS class
    light: tuple[str, str]
    dark: tuple[str, str]


@dataclass(frozen=True)
class Cell:
    """One batch size of one row; ``marked``: a layer that creates the difference itself."""

    text: str
    tip: str
    shade: Shade
    marked: bool = False


@dataclass(frozen=True)
class Plot:
    """A table of cells: a row for each label, a column for each batch size; None where nothing was measured."""

    name: str  # of the PNG, without its suffix
    title: str
    says: str
    sizes: tuple[int, ...]
    rows: tuple[tuple[str, tuple[Cell | None, ...]], ...]
    legend: tuple[tuple[str, Shade], ...] = ()

    @property
    def marked(self) -> bool:
        """Whether any cell is, so that the legend has to say what the mark means."""
        return any(cell is not None and cell.marked for _, cells in self.rows for cell in cells)


MARK = "created here"  # what a marked cell means, in a legend
_INK, _PAPER = "#16202c", "#f2f5f8"

# Classes: hues that differ in lightness too, as not everyone tells red from green.
CLASSES = tuple(
    Shade(f"c{number}", (light, _INK), (dark, _PAPER))
    for number, (light, dark) in enumerate(
        (
            ("#cfe3f7", "#1f4e79"), ("#fbe0b5", "#7a4a06"), ("#cdebd0", "#22613a"), ("#f3cfdc", "#7d2a4c"),
            ("#ddd3f3", "#4b3a8c"), ("#c5e9e6", "#14605f"), ("#f7f0b0", "#6a5f0a"), ("#dfe3e8", "#4a5460"),
        )
    )
)  # fmt: skip

# (largest ULP, shade): from none at all to what is no rounding any more.
LEVELS = (
    (0.0, Shade("u0", ("#f3f5f7", "#5a6673"), ("#1d242d", "#9aa7b5"))),
    (1.0, Shade("u1", ("#dcebf8", _INK), ("#17344f", _PAPER))),
    (2.0, Shade("u2", ("#b7d6f0", _INK), ("#1b4a73", _PAPER))),
    (4.0, Shade("u3", ("#86bbe6", _INK), ("#23659c", _PAPER))),
    (16.0, Shade("u4", ("#3076b3", "#ffffff"), ("#4f9bd8", "#07131f"))),
    (256.0, Shade("u5", ("#174a7c", "#ffffff"), ("#8fc6f0", "#07131f"))),
    (math.inf, Shade("u6", ("#071f38", "#ffffff"), ("#d6ecfc", "#07131f"))),
)
