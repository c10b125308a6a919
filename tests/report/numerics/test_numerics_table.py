from __future__ import annotations

import math
from pathlib import Path

import pytest

from trialrun.errors import UsageError
from trialrun.report.numerics import table


def test_what_is_written_is_read_back_with_every_digit(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = [{"x": 0.1 + 0.2, "name": "a,b"}, {"x": math.inf, "name": None, "more": 3}]
    assert table.write(rows, path) == 2
    assert table.read(path) == [
        {"x": "0.30000000000000004", "name": "a,b", "more": ""},
        {"x": "inf", "name": "", "more": "3"},
    ]


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(UsageError, match="is empty"):
        table.read(tmp_path / "empty.csv")
    with pytest.raises(UsageError, match="there is no such file"):
        table.read(tmp_path / "no.csv")
