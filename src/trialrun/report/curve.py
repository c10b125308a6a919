"""A small curve of plain characters: braille dots where the console has them, stars where it has not."""

from __future__ import annotations

import math
from collections.abc import Sequence

BRAILLE = "".join(chr(0x2800 + bits) for bits in range(256))
LOGARITHMIC_FROM = 20.0  # largest over smallest value, from which a linear scale shows one corner only
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))  # bits of a braille cell, by row and column


def draw(values: Sequence[float], width: int, height: int, *, braille: bool) -> tuple[list[str], bool]:
    """Lines of the curve, the top one first, and whether its scale is logarithmic.

    Args:
        values: in order, any number of them; where several share a column each is drawn. What is not finite is left
            out.
        width: characters in a line, at most.
        height: lines.
        braille: two columns and four rows of dots a character, instead of one star.
    """
    across, down = (2, 4) if braille else (1, 1)
    known = [value for value in values if math.isfinite(value)]
    if not known:
        return [], False
    logarithmic = min(known) > 0 and max(known) > LOGARITHMIC_FROM * min(known)
    lowest, highest = _scaled(min(known), logarithmic), _scaled(max(known), logarithmic)
    columns, rows = min(width * across, len(values)), height * down
    dots = set()
    for position, value in enumerate(values):
        if not math.isfinite(value):
            continue
        share = (highest - _scaled(value, logarithmic)) / (highest - lowest) if highest > lowest else 0.0
        dots.add((position * columns // len(values), min(rows - 1, round(share * (rows - 1)))))
    cells = range(math.ceil(columns / across))
    lines = ["".join(_cell(dots, row, column, braille=braille) for column in cells).rstrip() for row in range(height)]
    return lines, logarithmic


def _scaled(value: float, logarithmic: bool) -> float:
    return math.log(value) if logarithmic else value


def _cell(dots: set[tuple[int, int]], row: int, column: int, *, braille: bool) -> str:
    if not braille:
        return "*" if (column, row) in dots else " "
    bits = sum(
        bit
        for down, pair in enumerate(_DOTS)
        for across, bit in enumerate(pair)
        if (2 * column + across, 4 * row + down) in dots
    )
    return BRAILLE[bits] if bits else " "  # some fonts show the empty cell
