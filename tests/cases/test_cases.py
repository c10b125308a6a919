"""Every program under cases/ through the real command.

A line of a bad program that ends in ``# expect: CODE`` is where that check, and no other, has to point. Good and clean
programs may not get a single warning.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from trialrun.checks.registry import all_checks

CASES = Path(__file__).resolve().parents[2] / "cases"
BAD = sorted(CASES.glob("*/bad.py"))
RIGHT = [*sorted(CASES.glob("*/good.py")), *sorted((CASES / "clean").glob("*.py"))]
EXPECTATION = re.compile(r"# expect: ([A-Z]{3}\d{3})$")
SEVERITIES = {check.code: check.severity.value for check in all_checks()}


def rehearse(script: Path, folder: Path) -> tuple[dict[str, Any], int, str]:
    """The report, the exit status and the terminal output of a rehearsal of ``script``."""
    command = [sys.executable, "-m", "trialrun", "run", "--json", "report.json", "--out", "run", str(script)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=180, check=False)
    report = folder / "report.json"
    assert report.exists(), f"no report.json, exit status {done.returncode}\n{done.stdout}\n{done.stderr}"
    return json.loads(report.read_text(encoding="utf-8")), done.returncode, done.stdout + done.stderr


def seen(report: dict[str, Any]) -> list[tuple[str, str, int | None]]:
    """(code, severity, line) of every error and warning."""
    return sorted(
        (finding["code"], finding["severity"], finding["where"] and finding["where"]["line"])
        for finding in report["findings"]
        if finding["severity"] != "note"
    )


def name(script: Path) -> str:
    return f"{script.parent.name}/{script.stem}"


@pytest.mark.parametrize("script", BAD, ids=name)
def test_bad_program_trips_its_check_at_its_line_and_no_other(script: Path, tmp_path: Path) -> None:
    expected = [
        (found[1], SEVERITIES[found[1]], number)
        for number, line in enumerate(script.read_text(encoding="utf-8").splitlines(), start=1)
        if (found := EXPECTATION.search(line))
    ]
    report, status, output = rehearse(script, tmp_path)

    assert expected
    assert seen(report) == sorted(expected), output
    wanted = 3 if expected[0][0].startswith("CRX") else int(any(severity == "error" for _, severity, _ in expected))
    assert status == wanted, output


@pytest.mark.parametrize("script", RIGHT, ids=name)
def test_right_program_gets_no_error_and_no_warning(script: Path, tmp_path: Path) -> None:
    report, status, output = rehearse(script, tmp_path)

    assert seen(report) == [], output
    assert report["verdict"] == "pass", output
    assert status == 0, output
    assert any(stage["steps"] for stage in report["stages"]), "nothing was looked at"
