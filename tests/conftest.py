"""What holds for every test."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from trialrun.rehearsal.plan import PRELOAD
from trialrun.target.supervise import Supervisor

# Each worker of the suite takes one core. Two programs that both use all cores wait for each other at every operation
# of theirs: measured on 2 cores, the programs of tests/programs then take four times as long.
os.environ.setdefault("OMP_NUM_THREADS", "1")

TABLES = ("sklearn.datasets", "sklearn.model_selection")  # what many programs begin with: a second each


@pytest.fixture(scope="session")
def supervisor() -> Iterator[Supervisor]:
    """One warm process for all rehearsals of a worker: torch is imported once, and every program is a fork of it."""
    with Supervisor((*PRELOAD, *TABLES)) as running:
        yield running


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--every", action="store_true", help="all programs of cases/, not some of each")
