"""What can be pasted into the program: assertions on its own tensors."""

from __future__ import annotations

from trialrun.report.page import INDENT, Page
from trialrun.report.view import View


def expectations(page: Page, view: View) -> None:
    """The lines, ready to be pasted."""
    if not view.expectations:
        return
    page.heading("To paste", "(what held for this batch; names stand for what the program calls it)")
    for line in view.expectations:
        page.line(line, indent=INDENT)
