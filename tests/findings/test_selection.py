"""Which findings are shown."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from trialrun.errors import UsageError
from trialrun.findings.finding import Finding, Location, Severity
from trialrun.findings.selection import check_words, choose, matches

KNOWN = {"DAT101": "nonfinite-input", "GRD401": "stale-gradient", "GRD403": "broken-graph"}
STALE = Finding(
    "GRD401", "stale-gradient", Severity.ERROR, "|g| grew 1.0, 2.0.", "Clear it.", Location("t.py", 3, "fit")
)
INPUT = Finding("DAT101", "nonfinite-input", Severity.WARNING, "3 NaN.", "Drop them.", Location("t.py", 1))
SOURCE = {"t.py": "x = 1\nfor b in data:\n    opt.step()\n"}


@pytest.mark.parametrize("word", ["GRD401", "grd401", "GRD", "GRD4", "stale-gradient", "Stale-Gradient"])
def test_a_code_its_beginning_and_a_slug_name_a_finding(word: str) -> None:
    assert matches(STALE, word)
    assert not matches(INPUT, word)


def test_a_part_of_a_slug_names_nothing() -> None:
    assert not matches(STALE, "stale")
    assert not matches(STALE, "401")


def test_words_are_split_at_commas() -> None:
    assert check_words("--select", ("GRD, nonfinite-input", "DAT101,"), KNOWN) == ("GRD", "nonfinite-input", "DAT101")


@pytest.mark.parametrize(
    ("word", "meant"),
    [("GRD402", "GRD40"), ("stale-gradint", "GRD401 (stale-gradient)"), ("GRAD", "GRD"), ("zzz", "explain --list")],
)
def test_an_unknown_word_is_repeated_with_what_is_near(word: str, meant: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_words("--ignore", ("DAT101", word), KNOWN)
    assert str(caught.value).startswith(f"--ignore {word}: no check has this code, slug or prefix.")
    assert meant in str(caught.value)


def test_findings_come_most_severe_first_with_their_source_line() -> None:
    chosen = choose([INPUT, STALE], SOURCE)
    assert [finding.code for finding in chosen.findings] == ["GRD401", "DAT101"]
    assert [finding.where and finding.where.text for finding in chosen.findings] == ["opt.step()", "x = 1"]
    assert chosen.suppressed == 0


def test_a_cause_comes_before_its_equals() -> None:
    cause = replace(STALE, code="LOS301", explains=("TRN601",))
    assert [finding.code for finding in choose([STALE, cause], SOURCE).findings] == ["LOS301", "GRD401"]


def test_what_was_not_selected_is_not_called_suppressed() -> None:
    assert choose([INPUT, STALE], SOURCE, select=("GRD",)).suppressed == 0
    assert [finding.code for finding in choose([INPUT, STALE], SOURCE, select=("GRD",)).findings] == ["GRD401"]


def test_ignore_wins_over_select() -> None:
    chosen = choose([INPUT, STALE], SOURCE, select=("GRD", "DAT"), ignore=("stale-gradient",))
    assert [finding.code for finding in chosen.findings] == ["DAT101"]
    assert chosen.suppressed == 1


def test_a_file_that_was_not_gathered_is_read_from_disk(tmp_path: Path) -> None:
    script = tmp_path / "t.py"
    script.write_text("a\nb\n  opt.step()  # trialrun: ignore[GRD] on purpose\n")
    finding = replace(STALE, where=Location(str(script), 3))
    assert choose([finding], {}).suppressed == 1
    script.write_text("a\nb\n  opt.step()\n")
    shown = choose([finding], {}).findings[0]
    assert shown.where is not None
    assert shown.where.text == "opt.step()"


def test_a_place_outside_the_file_has_no_text() -> None:
    finding = replace(STALE, where=Location("t.py", 99))
    assert choose([finding], SOURCE).findings == (finding,)
    assert choose([replace(STALE, where=None)], SOURCE).findings == (replace(STALE, where=None),)


def test_a_baseline_hides_what_it_knows(tmp_path: Path) -> None:
    known = {
        "code": "GRD401",
        "where": {"file": "t.py", "line": 70, "function": "fit"},
        "message": "|g| grew 3.1, 4e-5.",
    }
    path = tmp_path / "report.json"
    path.write_text(json.dumps({"schema_version": 1, "findings": [known]}))
    chosen = choose([INPUT, STALE], SOURCE, baseline_path=path)
    assert [finding.code for finding in chosen.findings] == ["DAT101"]
    assert chosen.suppressed == 1
