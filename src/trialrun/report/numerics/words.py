"""One screen in words: the verdict, why, what was seen, what to do, and where the numbers are."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from trialrun.evidence.numerics import NumericsResult, Verdict
from trialrun.report import numbers
from trialrun.report.numerics import plots

_STYLE = {
    Verdict.BITWISE: "bold green", Verdict.ROUNDING: "bold green", Verdict.COUPLED: "bold yellow",
    Verdict.BUG: "bold red", Verdict.INCONCLUSIVE: "bold yellow", Verdict.UNSUPPORTED: "bold yellow",
}  # fmt: skip
INDENT = (0, 0, 0, 2)


def render(result: NumericsResult, console: Console, folder: Path | None = None, quiet: bool = False) -> None:
    """Print ``result``; ``folder`` is where its files lie. With ``quiet`` only verdict, reason and advice."""
    title = Text(f"numerics {result.experiment}  {result.target}: ")
    title.append(result.verdict.value, _STYLE[result.verdict])
    declared = result.verdict.value in result.expect and result.verdict is not Verdict.BITWISE
    title.append(f" ({result.verdict.meaning}{', as declared by --expect' if declared else ''})")
    console.print(title)
    console.print(Padding(Text(result.reason), INDENT))
    if result.advice:
        console.print(Padding(Text(result.advice), INDENT))
    if quiet:
        return
    if result.summary:
        console.print()
    for line in result.summary:
        console.print(Text(f"  {line}"), soft_wrap=True)
    if result.summary:
        console.print()
    if result.control:
        console.print(Padding(Text(f"Negative control: {result.control}"), INDENT))
    if folder is not None:
        shown = plots.written(folder)
        if shown:
            console.print(Padding(Text(f"Plots: {shown}"), INDENT))
        console.print(Padding(Text(f"{numbers.seconds(result.seconds)}, in {folder}"), INDENT))
