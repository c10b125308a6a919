"""A program rehearsed for real by the suite's warm process: what the command does, less a process of its own."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

from rich.console import Console

from trialrun.rehearsal import plan
from trialrun.rehearsal.settings import Settings
from trialrun.report import terminal
from trialrun.report.progress import Quiet
from trialrun.target.supervise import Supervisor

# Shown by repeats and experiments, not by smoke.
PROBED = {
    *("DAT102", "EVA705", "GRD404", "GRD405", "GRD409", "GRD411", "LOS301", "LOS308", "LOS309", "MOD204", "MOD207"),
    *("MOD211", "NUM801", "NUM802", "NUM803", "OPT501", "OPT503", "OPT504", "TRN601"),
}
# Judged from a training on a part of the data, and from whether a batch can be learnt.
ON_A_PART = {"DAT105", "DAT107", "TRN602", "TRN603", "TRN604", "TRN605", "TRN606"}


def stages_for(code: str) -> tuple[str, ...]:
    """The least stages after which the check ``code`` can judge."""
    if code in ON_A_PART:
        return ("smoke", "overfit", "subset")
    return ("smoke", "overfit", "probe") if code in PROBED else ("smoke",)


def rehearse(
    supervisor: Supervisor, script: Path, out: Path, stages: tuple[str, ...], arguments: tuple[str, ...] = ()
) -> tuple[dict[str, Any], int, str]:
    """Report, exit status and what a user would read; the run folder is ``out``."""
    result = plan.rehearse(
        Settings(str(script), None, arguments, stages=stages, out=out), Quiet(sys.stderr), supervisor
    )
    text = io.StringIO()
    terminal.render(result, Console(file=text, width=100))
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    return report, result.exit_status, text.getvalue()


def found(report: dict[str, Any], notes: set[str] | frozenset[str] = frozenset()) -> list[tuple[str, str, int | None]]:
    """(code, severity, line) of every error and warning, and of notes with a code in ``notes``."""
    return sorted(
        (finding["code"], finding["severity"], finding["where"] and finding["where"]["line"])
        for finding in report["findings"]
        if finding["severity"] != "note" or finding["code"] in notes
    )
