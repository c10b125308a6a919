"""What holds for every test."""

from __future__ import annotations

import os

import pytest

# Each worker of the suite takes one core. Two programs that both use all cores wait for each other at every operation
# of theirs: measured on 2 cores, the programs of tests/programs then take four times as long.
os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--every", action="store_true", help="all right programs of cases/clean/CODE, not some of each")
