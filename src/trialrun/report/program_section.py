"""How much of the program was rehearsed, what it would do to the world outside, and where everything lies."""

from __future__ import annotations

from trialrun.evidence.program import LoopRecord, MissedBlock, WriteRecord
from trialrun.report.numbers import count, counted, noun_of, ranges, seconds, size
from trialrun.report.page import INDENT, Page
from trialrun.report.table import Column
from trialrun.report.view import View

_MISSED_SHOWN = 8
_WRITES_SHOWN = 10
_WARNINGS_SHOWN = 5

_WAYS = {
    "overlay": "an overlay over the file system",
    "landlock": "redirection, with Landlock refusing what it misses",
    "redirection": "redirection of Python's own file functions alone: native writers are not held back",
}


def rehearsed(page: Page, view: View) -> None:
    """Stages, loops and statements."""
    target = view.target
    page.heading("Rehearsed", " ".join([target.path, *target.argv]))
    for number, stage in enumerate(view.stages):
        if number and stage.outcome == "skipped" and stage.reason and not stage.steps:  # the first told why at the top
            page.paragraph(f"{stage.outcome}. {stage.reason}", INDENT, f"{stage.name}:", "")
            continue
        steps = counted(stage.steps, noun_of(stage.name))
        page.line(f"{stage.name}: {stage.outcome}, {steps} in {seconds(stage.duration_s)}", indent=INDENT)
    if view.loops:
        columns = [
            Column("loop"),
            Column("line", shrink=16),
            Column("over", shrink=8, drop=1),
            Column("items", right=True),
            Column("passes", right=True),
            Column("", drop=2),
        ]
        page.table(columns, [_loop(row) for row in view.loops])
    coverage = view.coverage
    if coverage is None:
        return
    all_of_them = coverage.rehearsed >= coverage.statements and not coverage.missed
    total = f"{count(coverage.rehearsed)} of {counted(coverage.statements, 'statement')}"
    page.line(f"{total} reached{'' if all_of_them else '; not reached:'}", indent=INDENT)
    if coverage.missed:
        shown = coverage.missed[:_MISSED_SHOWN]
        page.table([Column("lines", shrink=20), Column("behind", shrink=20)], [_missed(block) for block in shown])
        _more(page, len(coverage.missed) - len(shown), "block")


def effects(page: Page, view: View) -> None:
    """Files the program wrote, what it was refused, and what kept it from the user's files."""
    if view.writes:
        page.heading("Files written or removed", "(kept in the run folder, yours are as they were)")
        rows = [_write(record) for record in view.writes[:_WRITES_SHOWN]]
        page.table([Column("path", shrink=24), Column("size", right=True), Column("", drop=1)], rows)
        _more(page, len(view.writes) - len(rows), "path")
    if view.blocked:
        page.heading("Refused", "(--allow-network, --allow-exec NAME and --allow-write PATH permit it)")
        refused = [[record.kind, record.target, str(record.where or "")] for record in view.blocked[:_WRITES_SHOWN]]
        page.table([Column("kind"), Column("what", shrink=24), Column("line", shrink=16)], refused)
        _more(page, len(view.blocked) - len(refused), "attempt")
    if view.warnings:
        page.heading("Python warnings")
        for record in view.warnings[:_WARNINGS_SHOWN]:
            place = f"{record.where}: " if record.where else ""
            times = f" ({record.count} times)" if record.count > 1 else ""
            page.paragraph(f"{place}{record.category}: {' '.join(record.message.split())}{times}")
        _more(page, len(view.warnings) - _WARNINGS_SHOWN, "warning")


def durations(page: Page, view: View) -> None:
    """Seconds for each stage and part."""
    page.heading("Durations")
    page.table(
        [Column("what"), Column("time", right=True)], [[part.what, seconds(part.seconds)] for part in view.durations]
    )


def footer(page: Page, view: View) -> None:
    """How writes were held back, what could not be judged, where the run folder is."""
    page.blank()
    for note in view.notes:
        page.paragraph(note, "", "Note:")
    if view.containment:
        detail = f" ({view.containment.detail})" if view.containment.detail else ""
        page.paragraph(f"{_WAYS.get(view.containment.method, view.containment.method)}{detail}", "", "Contained by:")
    if view.skipped_checks:
        page.paragraph(_skipped(view), "", "Not judged:")
    page.paragraph(f"{view.run_dir} (the script's own output is in stdout.log and stderr.log)", "", "Run folder:")
    budget = f" of a budget of {seconds(view.budget_s)}" if view.budget_s else ""  # a killed run's is not known
    page.paragraph(f"{seconds(view.duration_s)}{budget}", "", "Took:")


def _loop(row: LoopRecord) -> list[str]:
    each = row.iterations / max(1, row.entries)
    ran = count(int(each)) if each == int(each) else f"about {count(round(each))}"
    shortened = row.cut or row.jumped
    full = count(row.length) if row.length is not None else "?"
    items = f"{full} -> {ran}" if shortened else ran
    note = "+ last" if row.jumped else "" if shortened else "not cut"
    return [row.kind, str(row.where), row.source, items, count(row.entries), note]


def _skipped(view: View) -> str:
    """Codes that share a reason stand together."""
    by_reason: dict[str, list[str]] = {}
    for skipped in view.skipped_checks:
        by_reason.setdefault(skipped.reason, []).append(skipped.code)
    return "; ".join(f"{', '.join(codes)} ({reason.rstrip('.')})" for reason, codes in by_reason.items())


def _missed(block: MissedBlock) -> list[str]:
    return [f"{block.file}:{ranges(block.lines)}", block.guard]


def _write(record: WriteRecord) -> list[str]:
    if record.action != "write":
        return [record.path, "", "removed" if record.action == "delete" else record.action]
    return [record.path, size(record.bytes), "" if record.times == 1 else f"written {record.times} times"]


def _more(page: Page, hidden: int, noun: str) -> None:
    if hidden > 0:
        page.line(
            f"{page.ellipsis} {count(hidden)} more {noun}{'' if hidden == 1 else 's'} in report.json", indent=INDENT
        )
