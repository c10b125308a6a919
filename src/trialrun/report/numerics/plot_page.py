"""The plots as one HTML page that needs nothing else: no script, no font, no image from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from trialrun.evidence.numerics import NumericsResult
from trialrun.report.numerics.cells import CLASSES, LEVELS, MARK, Cell, Plot
from trialrun.report.table import shorten

_CELL, _LINE = (46, 26)  # pixels
_KEY = 76  # pixels of one entry of a legend
_SIGN = 7.4  # pixels that a letter of a label takes at most: 0.6 of 12 in the usual monospaced fonts
_LONGEST = 40  # letters of a label, where its parts can be cut to that
_LEAST = 6  # letters that are left of a part of a layer's name

_STYLE = """
:root { color-scheme: light dark; --ground: #ffffff; --ink: #16202c; --dim: #52606e; --line: #d4dbe2; --mark: #c2410c }
body { background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto;
  max-width: 72rem; padding: 0 1rem; overflow-wrap: anywhere }
h1 { font-size: 1.35rem; margin: 0 } h2 { font-size: 1.1rem; margin: 2.2rem 0 .2rem }
p { margin: .4rem 0; max-width: 52rem } .dim, figcaption { color: var(--dim) } figcaption { max-width: 52rem }
pre { white-space: pre-wrap; font: 13px/1.5 ui-monospace, monospace; border-left: 3px solid var(--line);
  padding-left: .8rem; margin: 1rem 0 }
figure { margin: 0 } .wide { overflow-x: auto; margin: .8rem 0 }
svg text { font: 13px system-ui, sans-serif; fill: var(--ink) } svg .dim { fill: var(--dim) }
svg .name { font: 12px ui-monospace, monospace }
svg .mark { fill: none; stroke: var(--mark); stroke-width: 2 }
table { border-collapse: collapse; font-size: 13px } th, td { border: 1px solid var(--line); padding: .15rem .5rem;
  text-align: right } th:first-child { text-align: left } summary { cursor: pointer; color: var(--dim) }
"""
_DARK = ":root { --ground: #11161c; --ink: #e6ebf0; --dim: #a3b0bd; --line: #36414d; --mark: #fb923c }"


def page(result: NumericsResult, plots: Sequence[Plot]) -> str:
    """The whole page: the verdict in words, and each plot with its numbers as a table below it."""
    title = escape(f"numerics {result.experiment} {result.target}")
    lines = [
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}: {result.verdict.value}</title>",
        f"<style>{_STYLE}{_shades(0)}@media (prefers-color-scheme: dark) {{ {_DARK}\n{_shades(1)}}}</style></head>",
        "<body>",
        f"<h1>{title}: {result.verdict.value}</h1>",
        *(f"<p>{escape(text)}</p>" for text in (result.reason, result.advice) if text),
        f"<pre>{escape(chr(10).join(result.summary))}</pre>" if result.summary else "",
        *(part for plot in plots for part in _figure(plot)),
        *([f'<p class="dim">Negative control: {escape(result.control)}</p>'] if result.control else []),
        "</body></html>",
    ]
    return "\n".join(line for line in lines if line) + "\n"


def _shades(mode: int) -> str:
    shades = [*CLASSES, *(shade for _, shade in LEVELS)]
    pairs = [(shade.name, (shade.light, shade.dark)[mode]) for shade in shades]
    return "".join(f"rect.{name} {{ fill: {back} }} svg text.{name} {{ fill: {ink} }}\n" for name, (back, ink) in pairs)


def _figure(plot: Plot) -> Iterator[str]:
    yield f"<h2>{escape(plot.title)}</h2><figure><figcaption>{escape(plot.says)}</figcaption>"
    yield f'<div class="wide">{"".join(_svg(plot))}</div></figure>'
    yield "<details><summary>The same as a table</summary>"
    yield f'<div class="wide"><table><tr><th scope="col">batch size</th>{_tags("th", plot.sizes)}</tr>'
    for label, cells in plot.rows:
        values = [_in_table(cell) for cell in cells]
        yield f'<tr><th scope="row">{escape(label)}</th>{_tags("td", values)}</tr>'
    yield "</table></div></details>"


def _tags(tag: str, values: Iterable[object]) -> str:
    return "".join(f"<{tag}>{escape(str(value))}</{tag}>" for value in values)


def _in_table(cell: Cell | None) -> str:
    return "" if cell is None else cell.text + (" (creates it)" if cell.marked else "")


def _svg(plot: Plot) -> Iterator[str]:
    labels = _cut([label for label, _ in plot.rows])
    left = int(max(len(label) for label in (*labels, "batch size")) * _SIGN) + 14
    keys = len(plot.legend) * _KEY + 32  # the last one of them is the widest
    across = max(len(plot.sizes) * _CELL, keys + (24 + int(len(MARK) * _SIGN) if plot.marked else 0))
    width, height = left + across + 2, (len(plot.rows) + 1) * _LINE + (40 if plot.legend else 4)
    yield f'<svg role="img" aria-labelledby="{plot.name}-t {plot.name}-d" width="{width}" height="{height}"'
    yield f' viewBox="0 0 {width} {height}"><title id="{plot.name}-t">{escape(plot.title)}</title>'
    yield f'<desc id="{plot.name}-d">{escape(plot.says)} The table below has the same numbers.</desc>'
    yield _text(left - 8, 0, "batch size", "dim", "end")
    for column, size in enumerate(plot.sizes):
        yield _text(left + column * _CELL + _CELL / 2, 0, str(size), "dim", "middle")
    for line, (label, cells) in enumerate(plot.rows, start=1):
        yield f"<g><title>{escape(label)}</title>{_text(left - 8, line * _LINE, labels[line - 1], 'name', 'end')}</g>"
        for column, cell in enumerate(cells):
            if cell is not None:
                yield _drawn(cell, left + column * _CELL, line * _LINE)
    y = (len(plot.rows) + 1) * _LINE + 12
    for number, (words, shade) in enumerate(plot.legend):
        yield _key(left + number * _KEY, y, shade.name, words)
    if plot.marked:
        yield _key(left + keys, y, "mark", MARK)
    yield "</svg>"


def _key(x: float, y: float, css: str, words: str) -> str:
    box = f'<rect class="{css}" x="{x}" y="{y + 4}" width="18" height="18" rx="3"/>'
    return box + _text(x + 24, y, words, "dim", "start")


def _drawn(cell: Cell, x: float, y: float) -> str:
    box = f'x="{x + 1}" y="{y + 1}" width="{_CELL - 2}" height="{_LINE - 2}" rx="3"'
    inner = f'x="{x + 2}" y="{y + 2}" width="{_CELL - 4}" height="{_LINE - 4}" rx="3"'
    mark = f'<rect class="mark" {inner}/>' if cell.marked else ""
    text = _text(x + _CELL / 2, y, cell.text, cell.shade.name, "middle")
    return f'<g><title>{escape(cell.tip)}</title><rect class="{cell.shade.name}" {box}/>{mark}{text}</g>'


def _text(x: float, top: float, words: str, css: str, anchor: str) -> str:
    return f'<text class="{css}" x="{x:g}" y="{top + _LINE / 2 + 4.5:g}" text-anchor="{anchor}">{escape(words)}</text>'


def _cut(labels: Sequence[str]) -> list[str]:
    """Each label in short; whole where two would read the same."""
    short = [_short(label) for label in labels]
    return [cut if short.count(cut) == 1 else label for cut, label in zip(short, labels, strict=True)]


def _short(label: str) -> str:
    """The middle of the longest parts cut out, letter by letter: the numbers of blocks and both ends stay."""
    parts = re.split(r"([. ])", label)
    widths = [len(part) for part in parts]
    while sum(widths) > _LONGEST:
        longest = max((at for at in range(len(parts)) if not parts[at].isdecimal()), key=widths.__getitem__)
        if widths[longest] <= _LEAST:
            break  # a deep name: wider than the others, and still told apart
        widths[longest] -= 1
    return "".join(shorten(part, width, "…") for part, width in zip(parts, widths, strict=True))
