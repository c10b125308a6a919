from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from trialrun import cli
from trialrun.errors import UsageError
from trialrun.evidence.numerics import Verdict
from trialrun.rehearsal.differing import compare
from trialrun.report.numerics import table


def csv(path: Path, **changes: Any) -> Path:
    first = {"test": "batch", "batch_size": 2, "verdict": "ROUNDING", "ulp_at_row_max": 1.5, "throughput_per_s": 10.0}
    second = {**first, "batch_size": 4, "verdict": "BITWISE", "ulp_at_row_max": 0.0}
    table.write([{**row, "torch": "2.13.0", "threads": "2", "seed": 0, **changes} for row in (first, second)], path)
    return path


def test_the_same_numbers_are_bitwise_whatever_they_took(tmp_path: Path) -> None:
    result = compare(csv(tmp_path / "a.csv"), csv(tmp_path / "b.csv", throughput_per_s=99.0))
    assert result.verdict is Verdict.BITWISE and result.facts["rows"] == 2


def test_other_numbers_and_the_environment_first(tmp_path: Path) -> None:
    result = compare(csv(tmp_path / "a.csv"), csv(tmp_path / "b.csv", ulp_at_row_max=2.5, torch="2.14.0"))
    assert result.verdict is Verdict.ROUNDING
    assert result.summary[0] == "environment: torch 2.13.0 -> 2.14.0"
    assert result.summary[1] == "batch_size 2: ulp_at_row_max 1.5 -> 2.5"


def test_numbers_are_told_short_and_rows_by_what_tells_them_apart(tmp_path: Path) -> None:
    result = compare(csv(tmp_path / "a.csv"), csv(tmp_path / "b.csv", ulp_at_row_max=1.2345678901234567))
    assert "batch_size 4: ulp_at_row_max 0 -> 1.23457" in result.summary


def test_a_worse_verdict_is_a_bug_and_a_better_one_is_not(tmp_path: Path) -> None:
    before, now = csv(tmp_path / "a.csv"), csv(tmp_path / "b.csv", verdict="COUPLED")
    worse = compare(before, now)
    assert worse.verdict is Verdict.BUG and worse.facts["worse"] == 2 and worse.exit_status == 1
    assert compare(now, before).verdict is Verdict.ROUNDING


def test_a_gate_refuses_unequal_environments(tmp_path: Path) -> None:
    before, now = csv(tmp_path / "a.csv"), csv(tmp_path / "b.csv", threads="1")
    with pytest.raises(UsageError, match="threads: '2' against '1'"):
        compare(before, now, gate=True)
    assert compare(before, before, gate=True).verdict is Verdict.BITWISE


def test_other_cases_are_inconclusive(tmp_path: Path) -> None:
    result = compare(csv(tmp_path / "a.csv"), csv(tmp_path / "b.csv", dtype="bf16"))
    assert result.verdict is Verdict.INCONCLUSIVE and result.exit_status == 5


def test_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    same = str(csv(tmp_path / "a.csv"))
    assert cli.main(["numerics", "diff", same, same]) == 0
    assert "BITWISE" in capsys.readouterr().out
    (tmp_path / "no.csv").write_text("a,b\n1,2\n")
    assert cli.main(["numerics", "diff", same, str(tmp_path / "no.csv")]) == 2
    assert "has no column 'verdict'" in capsys.readouterr().err
    assert cli.main(["numerics", "diff", same, str(tmp_path / "none.csv")]) == 2
    assert "none.csv: there is no such file" in capsys.readouterr().err
