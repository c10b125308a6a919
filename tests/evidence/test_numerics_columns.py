"""Rows of the CSV."""

from __future__ import annotations

import pytest

from trialrun.evidence.numerics_columns import CASE_COLUMNS, SCHEMA_VERSION, case_row


def test_a_row_has_every_column_in_its_place() -> None:
    row = case_row(verdict="BUG", batch_size=3)
    assert tuple(row) == CASE_COLUMNS and CASE_COLUMNS[0] == "schema_version"
    assert (row["schema_version"], row["verdict"], row["batch_size"], row["kl"]) == (SCHEMA_VERSION, "BUG", 3, None)


def test_no_other_column_is_taken() -> None:
    with pytest.raises(KeyError, match="ulp_average"):
        case_row(ulp_average=1)
