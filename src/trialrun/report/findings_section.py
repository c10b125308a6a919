"""What is wrong: the verdict in words, the crash as Python tells it, and each finding."""

from __future__ import annotations

from collections.abc import Sequence

from trialrun.findings.finding import Finding, Severity
from trialrun.report.numbers import counted
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
_INSTALLED = (  # in the path of a library's frame, or of ours: a worker's traceback comes as text
    *("site-packages/", "dist-packages/", "site-packages\\", "<frozen "),
    *("trialrun/capture/", "trialrun\\capture\\"),
)
_INTERRUPTED = ("Interrupted", "bold magenta")
_SEVERITY_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold cyan"}


def verdict(page: Page, view: View) -> None:
    """The first line of a report, and why where that is not plain from the findings."""
    word, style = _INTERRUPTED if view.exit_status == 130 else _VERDICTS.get(view.verdict, (view.verdict, "bold"))
    page.paragraph(" ".join(view.headline.split()), "", f"{word}:", style)
    told = view.crash is not None and view.crash.traceback.strip()  # the traceback's last line is the reason
    if told or view.exit_status == 130:
        return
    if view.reason:
        page.paragraph(view.reason)
    for stage in view.stages[:1]:  # it carries the others; why one of those did not run is told among the stages
        if stage.reason and stage.outcome != "passed" and stage.reason not in (view.reason or ""):
            page.paragraph(f"{stage.name} {stage.outcome}: {stage.reason}")


def crash(page: Page, view: View) -> None:
    """The user's own traceback, as Python would have printed it but for the libraries' frames."""
    if view.crash is None or not view.crash.traceback.strip():
        return
    page.blank()
    for line in _folded(view.crash.traceback.rstrip().splitlines()):
        page.line(line, indent=INDENT)


def findings(page: Page, view: View) -> None:
    """Every finding: what it is and where, the line, what was measured, what to change."""
    for finding in view.findings:
        page.blank()
        _finding(page, finding)
    if view.misnamed or view.written:
        page.blank()
    for sentence in view.misnamed:
        page.paragraph(sentence, INDENT, "Warning:")
    for sentence in view.written:
        page.paragraph(sentence)
    if view.suppressed:
        page.blank()
        page.line((f"{INDENT}{view.suppressed} more hidden by --ignore, a comment or the baseline.", "dim"))


def _folded(lines: Sequence[str]) -> list[str]:
    """The traceback with one line for each run of installed packages' frames: ten of them hide the user's own."""
    kept: list[str] = []
    hidden = 0
    inside = False
    for line in lines:
        is_frame = line.startswith('  File "')
        if is_frame or not line.startswith("    "):  # a frame's source and markers are indented deeper than its head
            inside = is_frame and any(part in line for part in _INSTALLED)
        if inside:
            hidden += is_frame
            continue
        if hidden:
            kept.append(f"  ... {counted(hidden, 'frame')} of installed packages; all are in report.json")
            hidden = 0
        kept.append(line)
    return kept


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
    _explained(page, finding)


def _explained(page: Page, finding: Finding) -> None:
    """The symptoms that were found too, a line each; and codes that this one would explain as well."""
    for number, symptom in enumerate(finding.folded):
        place = f"  {symptom.where}" if symptom.where else ""
        words = f"{symptom.severity.value} {symptom.code} {symptom.slug}{place}"
        page.paragraph(words, _BODY if number == 0 else _BODY + INDENT, "Explains:" if number == 0 else "")
    others = [code for code in finding.explains if code not in {symptom.code for symptom in finding.folded}]
    if others:
        page.paragraph(", ".join(others), _BODY, "Also explains:")
