"""Tables of plain text whose rows never wrap: columns are narrowed, then dropped, until they fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

GAP = 2  # blanks between columns
HEAD_ROWS, TAIL_ROWS = 20, 9  # shown of a long table; the row between says how many were left out


@dataclass(frozen=True)
class Column:
    """One column; the texts of its rows are given to :func:`layout` in the same order as the columns."""

    title: str
    right: bool = False  # numbers are right-aligned
    shrink: int | None = None  # may be cut down to this many characters, in the middle; None: never cut
    drop: int = 0  # 0: always shown; else dropped when space is short, the highest number first


def layout(
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    width: int,
    *,
    ellipsis: str = "...",
    more: str = "",
) -> list[str]:
    """Lines of the table, its titles first, none longer than ``width`` unless even its narrowest form is.

    Args:
        columns: what each column may do to save space.
        rows: one text for each column.
        width: characters there are.
        ellipsis: stands for what was cut.
        more: said after "112 more rows" when not all are shown, for instance where they are.
    """
    kept = [index for index in range(len(columns)) if columns[index].title or any(row[index] for row in rows)]
    shown, hidden = _cap(rows)
    widths = {i: max(len(columns[i].title), *(len(row[i]) for row in shown), 0) for i in kept}
    narrow = {i: min(widths[i], columns[i].shrink or widths[i]) for i in kept}
    while sum(narrow[i] for i in kept) + GAP * (len(kept) - 1) > width:
        droppable = [i for i in kept if columns[i].drop]
        if not droppable:
            break
        kept.remove(max(droppable, key=lambda i: columns[i].drop))
    spare = width - sum(narrow[i] for i in kept) - GAP * (len(kept) - 1)
    final = dict(narrow)
    for i in kept:  # the first columns get the room: they hold the names
        extra = min(max(0, spare), widths[i] - narrow[i])
        final[i] += extra
        spare -= extra

    def line(cells: Sequence[str]) -> str:
        texts = [shorten(cells[i], final[i], ellipsis) for i in kept]
        padded = [
            text.rjust(final[i]) if columns[i].right else text.ljust(final[i])
            for i, text in zip(kept, texts, strict=True)
        ]
        return (" " * GAP).join(padded).rstrip()

    lines = [line([column.title for column in columns]), *(line(row) for row in shown)]
    if hidden:
        lines.insert(1 + HEAD_ROWS, f"{ellipsis} {hidden:,} more rows{more}")
    return lines


def shorten(text: str, width: int, ellipsis: str = "...") -> str:
    """``text`` in at most ``width`` characters, its middle cut out: both ends of a dotted name tell something."""
    if len(text) <= width:
        return text
    room = width - len(ellipsis)
    if room <= 0:
        return text[:width]
    tail = (room + 1) // 2
    return text[: room - tail] + ellipsis + text[len(text) - tail :]


def _cap(rows: Sequence[Sequence[str]]) -> tuple[Sequence[Sequence[str]], int]:
    hidden = len(rows) - HEAD_ROWS - TAIL_ROWS
    if hidden <= 1:
        return rows, 0
    return [*rows[:HEAD_ROWS], *rows[-TAIL_ROWS:]], hidden
