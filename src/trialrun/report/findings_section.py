"""What is wrong: the verdict in words, the crash as Python tells it, and each finding."""

from __future__ import annotations

from trialrun.findings.finding import Finding, Severity
from trialrun.report.page import INDENT, Page, Part
from trialrun.report.view import View

_BODY = INDENT * 2
_VERDICTS = {
    "pass": ("Pass", "bold green"),
    "warn": ("Warning", "bold yellow"),
    "fail": ("Fail", "bold red"),
    "crash": ("Crash", "bold red"),
    "inconclusive": ("Inconclusive", "bold magenta"),
}
_INTERRUPTED = ("Interrupted", "bold magenta")
_SEVERITY_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold cyan"}


def verdict(page: Page, view: View) -> None:
    """The first line of a report, and why where that is not plain from the findings."""
    word, style = _INTERRUPTED if view.exit_status == 130 else _VERDICTS.get(view.verdict, (view.verdict, "bold"))
    page.paragraph(" ".join(view.headline.split()), "", f"{word}:", style)
    if view.reason and view.crash is None:  # a crash's reason is its traceback's last line
        page.paragraph(view.reason)
    for stage in view.stages:
        if (
            stage.reason
            and stage.outcome != "passed"
            and stage.reason not in (view.reason or "")
            and view.crash is None
        ):
            page.paragraph(f"{stage.name} {stage.outcome}: {stage.reason}")


def crash(page: Page, view: View) -> None:
    """The user's own traceback, as Python would have printed it."""
    if view.crash is None or not view.crash.traceback.strip():
        return
    page.blank()
    for line in view.crash.traceback.rstrip().splitlines():
        page.line(line, indent=INDENT)


def findings(page: Page, view: View) -> None:
    """Every finding: what it is and where, the line, what was measured, what to change."""
    for finding in view.findings:
        page.blank()
        _finding(page, finding)
    if view.suppressed:
        page.blank()
        page.line((f"{INDENT}{view.suppressed} more hidden by --ignore, a comment or the baseline.", "dim"))


def _finding(page: Page, finding: Finding) -> None:
    where = finding.where
    severity, name = finding.severity.value, f" {finding.code} {finding.slug}"
    place = "" if where is None else f"  {where.file}:{where.line}"
    function = "" if where is None or where.function == "<module>" else f" in {where.function}"
    head: list[Part] = [(severity, _SEVERITY_STYLES[finding.severity]), (name, "bold")]
    if len(INDENT + severity + name + place + function) <= page.width:
        page.line(*head, place, (function, "dim"), indent=INDENT)
    else:  # a place is never cut: it is there to be copied
        page.line(*head, indent=INDENT)
        page.line(place.strip(), (function, "dim"), indent=_BODY)
    if where is not None and where.text:
        page.line((f"{where.line} | ", "dim"), where.text, indent=_BODY)
    page.paragraph(finding.message, _BODY)
    page.paragraph(finding.fix, _BODY, "Fix:")
    if finding.verified:
        page.paragraph(f"with {finding.verified.by}, {finding.verified.result}", _BODY, "Verified:")
    if finding.explains:
        page.paragraph(", ".join(finding.explains), _BODY, "Also explains:")
