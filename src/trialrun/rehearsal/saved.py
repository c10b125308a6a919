"""A run that is over, was killed or is still going, from what lies in its folder."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

from trialrun.checks import registry
from trialrun.errors import UsageError
from trialrun.evidence import Evidence, RecordReader
from trialrun.findings import selection
from trialrun.findings.result import StageResult, Target
from trialrun.rehearsal import overfit_result
from trialrun.report import json_report, view
from trialrun.report.result import RehearsalResult
from trialrun.report.view import View

_TARGET = "target.json"


def remember(folder: Path, target: Target) -> None:
    """Notes what is rehearsed, for a run that may not live to write its report."""
    (folder / _TARGET).write_text(json.dumps(asdict(target)), encoding="utf-8", errors="backslashreplace")


def load(folder: Path) -> View:
    """The report of the run in ``folder``; without a ``report.json``, what its evidence so far comes to.

    Raises:
        UsageError: there is no such folder, or no run in it.
    """
    if folder.is_file():  # .trialrun/latest where links are not to be had
        folder = folder.parent / folder.read_text(encoding="utf-8", errors="replace").strip()
    if not folder.is_dir():
        raise UsageError(f"{folder}: there is no such run folder.")
    folder = folder.resolve()
    if (folder / "report.json").is_file():
        return json_report.read(folder / "report.json")
    if not (folder / "evidence.jsonl").is_file():
        raise UsageError(f"{folder}: holds neither a report.json nor an evidence.jsonl; it is no run folder.")
    return view.build(_judge(folder))


def _judge(folder: Path) -> RehearsalResult:
    """Of the first attempt: a later one, begun to confirm a crash, has seen less."""
    evidence = Evidence.gather(RecordReader(folder / "evidence.jsonl").new())
    crashes = tuple(record for record in evidence.crash if record.believed and not record.after_cut)
    evidence = replace(evidence, crash=crashes)
    found, skipped = registry.judge(evidence)
    chosen = selection.choose(found, evidence.source)
    errors = any(finding.certain for finding in chosen.findings)
    word, status = ("crash", 3) if crashes else ("fail", 1) if errors else ("inconclusive", 5)
    reason = (
        "This run has no report.json: it was killed or is still running. Judged is what it had written down so far."
    )
    seconds = max((record.seconds for record in evidence.phase), default=0.0)
    return RehearsalResult(
        target=_target(folder),
        stages=(
            StageResult("smoke", "skipped", reason, seconds, evidence.steps),
            *((overfit_result.stage_result(evidence),) if evidence.overfit else ()),
        ),
        findings=chosen.findings,
        skipped=skipped,
        evidence=evidence,
        verdict=word,
        exit_status=status,
        run_dir=folder,
        duration_s=seconds,
        budget_s=0.0,
        reason=reason,
        suppressed=chosen.suppressed,
    )


def _target(folder: Path) -> Target:
    try:
        body = json.loads((folder / _TARGET).read_text(encoding="utf-8"))
        return Target(body["path"], tuple(body["argv"]), body["cwd"])
    except (OSError, ValueError, KeyError, TypeError):
        return Target("an unknown script", (), "")
