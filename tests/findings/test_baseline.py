"""Findings that an earlier report knows."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from trialrun.errors import UsageError
from trialrun.findings import baseline
from trialrun.findings.finding import Finding, Location, Severity

SEEN = Finding(
    "GRD401", "stale-gradient", Severity.ERROR, "|g| grew 1.00, 1.99 over 1,200 steps.", "", Location("t.py", 9, "fit")
)


def known(*findings: Finding) -> tuple[baseline.Known, ...]:
    return tuple(baseline._of(finding) for finding in findings)


def moved(finding: Finding, **changes: object) -> Finding:
    assert finding.where is not None
    return replace(finding, where=replace(finding.where, **changes))  # type: ignore[arg-type]


def test_lines_and_numbers_may_change() -> None:
    later = replace(moved(SEEN, line=31), message="|g| grew 7e-05, nan  over 3 steps.")
    assert baseline.split([later], known(SEEN)) == ([], [later])


@pytest.mark.parametrize("changes", [{"file": "u.py"}, {"function": "train"}])
def test_another_place_is_new(changes: dict[str, str]) -> None:
    other = moved(SEEN, **changes)
    assert baseline.split([other], known(SEEN)) == ([other], [])


def test_another_code_is_new() -> None:
    other = replace(SEEN, code="GRD403")
    assert baseline.split([other], known(SEEN)) == ([other], [])


def test_another_message_is_new_unless_the_line_is_the_same() -> None:
    other = replace(SEEN, message="Of 3 layers, conv1 is cut off.")
    assert baseline.split([other], known(SEEN)) == ([other], [])
    text = {"text": "opt.step()"}
    same_line = moved(other, **text)
    assert baseline.split([same_line], known(moved(SEEN, **text))) == ([], [same_line])


def test_an_entry_stands_for_one_finding() -> None:
    second = moved(SEEN, line=50)
    assert baseline.split([SEEN, second], known(SEEN)) == ([second], [SEEN])
    assert baseline.split([SEEN, second], known(SEEN, SEEN)) == ([], [SEEN, second])


def test_a_finding_without_a_place_is_matched_by_its_message() -> None:
    nowhere = replace(SEEN, where=None)
    assert baseline.split([nowhere], known(nowhere)) == ([], [nowhere])
    assert baseline.split([nowhere], known(SEEN)) == ([nowhere], [])


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "cannot be read (No such file or directory)"),
        ("{", "is not JSON"),
        ("[]", "is not a report.json of schema_version 1"),
        (json.dumps({"schema_version": 2, "findings": []}), "is not a report.json of schema_version 1"),
        (json.dumps({"schema_version": 1}), "is not a report.json of schema_version 1"),
    ],
)
def test_what_is_no_report_is_refused_by_name(tmp_path: Path, content: str | None, why: str) -> None:
    path = tmp_path / "old.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(UsageError) as caught:
        baseline.read(path)
    assert str(path) in str(caught.value)
    assert why in str(caught.value)


def test_a_code_that_no_check_has_is_told_with_the_nearest() -> None:
    checks = {"GRD401": "stale-gradient"}
    baseline.check_codes(Path("old.json"), known(SEEN), checks)
    with pytest.raises(UsageError) as caught:
        baseline.check_codes(Path("old.json"), known(SEEN, replace(SEEN, code="GRD499")), checks)
    assert (
        str(caught.value)
        == "--baseline old.json: no check has the code 'GRD499'. Did you mean GRD401 (stale-gradient)?"
    )
