"""What came of repeating one batch: the curve of its loss and the facts it was run under."""

from __future__ import annotations

from trialrun.evidence.overfit_verdict import LEARNING, LEARNT, NOT_LEARNT
from trialrun.report.curve import BRAILLE, draw
from trialrun.report.numbers import counted, number, seconds, share
from trialrun.report.page import INDENT, Page
from trialrun.report.view import Overfit, View

WIDTH, HEIGHT = 60, 6  # characters of the curve
SHORTEST = 4  # losses that are worth a curve
_STYLES = {LEARNT: "bold green", LEARNING: "bold green", NOT_LEARNT: "bold red"}


def overfit(page: Page, view: View) -> None:
    """The verdict, the curve, and what was held and switched off."""
    shown = view.overfit
    if shown is None or not shown.record.losses:  # one that never ran has told its reason as a stage
        return
    record = shown.record
    page.heading("One batch repeated", f"(at {record.where})" if record.where else "")
    page.paragraph(shown.sentence, INDENT, f"{shown.verdict}:", _STYLES.get(shown.verdict, "bold magenta"))
    if len(record.losses) >= SHORTEST:
        _curve(page, record.losses)
    for label, text in _facts(shown):
        page.paragraph(text, INDENT, f"{label}:")


def _curve(page: Page, losses: tuple[float, ...]) -> None:
    """The curve, its scale on the left."""
    braille = page.has(BRAILLE)
    label_width = 11
    width = min(WIDTH, page.width - len(INDENT) - label_width)
    lines, logarithmic = draw(losses, width, HEIGHT, braille=braille)
    if not lines:
        return
    finite = [loss for loss in losses if abs(loss) < float("inf")]
    ends = {0: number(max(finite)), len(lines) - 1: number(min(finite))}
    for row, line in enumerate(lines):
        page.line((f"{ends.get(row, ''):>{label_width - 2}}  ", "dim"), line, indent=INDENT)
    scale = ", logarithmic" if logarithmic else ""
    blank = " " * label_width
    page.line((f"{blank}{counted(len(losses) - 1, 'step')}, left to right{scale}", "dim"), indent=INDENT)


def _facts(shown: Overfit) -> list[tuple[str, str]]:
    record = shown.record
    facts: list[tuple[str, str]] = []
    ended = "; its time was up" if record.budget_ended else ""
    way = f"{number(record.losses[0], 4)} -> {number(record.losses[-1], 4)}"
    facts.append(("Loss", f"{way} in {counted(len(record.losses) - 1, 'step')} ({seconds(record.seconds)}{ended})"))
    if record.floor is not None:
        why = f" ({record.floor_source})" if record.floor_source else ""
        facts.append(("Floor", f"{number(record.floor, 4)}{why}"))
    if record.accuracy:
        facts.append(("Right classes", f"{share(record.accuracy[0])} -> {share(record.accuracy[-1])}"))
    if record.learning_rates:
        source = f" ({record.rate_source})" if record.rate_source else ""
        rates = ", ".join(number(rate) for rate in dict.fromkeys(record.learning_rates))
        facts.append(("Learning rate held at", f"{rates}{source}"))
    if record.switched_off:
        facts.append(("Switched off", ", ".join(record.switched_off)))
    if shown.restored:
        facts.append(("Put back", "all of it, bit for bit, before the program went on"))
    elif shown.restored is not None:
        what = ", ".join(shown.differing) or "something"
        facts.append(("Not put back", f"{what}; what ran after it began elsewhere"))
    return facts
