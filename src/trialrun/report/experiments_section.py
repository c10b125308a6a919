"""The experiments on the repeated batch: each run beside the one that changed nothing."""

from __future__ import annotations

from trialrun.evidence.experiments import Arm, ExperimentRecord
from trialrun.evidence.learning import share_learnt
from trialrun.evidence.sweep import LEARNS, NAME
from trialrun.report.numbers import counted, number, seconds
from trialrun.report.page import INDENT, Page
from trialrun.report.table import Column
from trialrun.report.view import View

BAR = 20  # characters of the whole way to the floor


def experiments(page: Page, view: View) -> None:
    """What was suspected and tried, with the losses; what every program pays for in one line."""
    if not view.experiments:
        return
    ran = [record for record in view.experiments if record.outcome == "ran"]
    took = sum(record.seconds for record in view.experiments)
    page.heading("Experiments on that batch", f"({counted(len(ran), 'experiment')}, {seconds(took)})")
    usual = [record.experiment for record in ran if not record.suspicion]
    if usual:
        page.paragraph(", ".join(usual), INDENT, "Always:")
    for record in view.experiments:
        if record.outcome != "ran":
            page.paragraph(f"not run. {record.reason}", INDENT, f"{record.experiment}:")
        elif record.suspicion:
            page.paragraph(f"because {record.suspicion}", INDENT, f"{record.experiment}:")
            if record.experiment == NAME:
                _sweep(page, record)
            else:
                for arm in (*([record.control] if record.control else []), *record.variants):
                    page.paragraph(_went(arm), INDENT * 2, f"{arm.change}:", "")


def _sweep(page: Page, record: ExperimentRecord) -> None:
    """The rates in their order, with the loss each came to and a bar for the way it went."""
    rate = record.facts.get("learning_rate", 0.0)
    arms = sorted((*record.variants, *([record.control] if record.control else [])), key=lambda arm: arm.value or 0.0)
    full = "█" if page.has("█") else "#"
    rows = []
    for arm in arms:
        share = share_learnt(arm.losses, record.floor)
        note = "the program's own" if arm is record.control else "learns" if share >= LEARNS else ""
        bar = full * round(BAR * min(1.0, max(0.0, share)))
        rows.append((number(rate * (arm.value or 0.0)), number(arm.losses[-1]), str(len(arm.losses) - 1), bar, note))
    page.table(
        [
            Column("rate", right=True),
            Column("loss", right=True),
            Column("steps", right=True),
            Column("way"),
            Column(""),
        ],
        rows,
    )


def _went(arm: Arm) -> str:
    if not arm.losses:
        return "no loss was seen"
    if len(arm.losses) == 1:
        return f"loss {number(arm.losses[0])}"
    return f"loss {number(arm.losses[0])} -> {number(arm.losses[-1])} in {counted(len(arm.losses) - 1, 'step')}"
