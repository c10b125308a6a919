"""A crash after a cut is believed at once only where the cut cannot have caused it."""

from __future__ import annotations

import pytest

from trialrun.evidence import Evidence
from trialrun.evidence.program import CoverageRecord, CrashRecord, MissedBlock
from trialrun.stages.belief import certain

BINDS = MissedBlock("t.py", (9,), "if epoch % 10 == 0", "main", harmless=True, binds=True)
CALLS = MissedBlock("t.py", (9,), "if epoch % 10 == 0", "main")
PRINTS = MissedBlock("t.py", (9,), "if epoch % 10 == 0", "main", harmless=True)
BEHIND = MissedBlock("t.py", (30,), "after the exception on line 29", "main", binds=True, behind_exception=True)


def believed(exception: str, *missed: MissedBlock, after_cut: bool = True, message: str = "") -> bool:
    crash = CrashRecord(exception, message, "", after_cut=after_cut)
    return certain(crash, Evidence(coverage=(CoverageRecord(20, 19, missed),)))


@pytest.mark.parametrize("exception", ["ValueError", "IndexError", "NameError"])
def test_without_a_cut_every_crash_is_the_program_s(exception: str) -> None:
    assert believed(exception, CALLS, after_cut=False)


@pytest.mark.parametrize("exception", ["ValueError", "IndexError", "ZeroDivisionError", "AssertionError", "KeyError"])
def test_values_may_depend_on_how_often_a_loop_ran(exception: str) -> None:
    assert not believed(exception)


@pytest.mark.parametrize("exception", ["NameError", "TypeError", "FileNotFoundError", "AttributeError"])
def test_names_files_and_types_depend_on_statements_alone(exception: str) -> None:
    assert believed(exception, PRINTS, BEHIND)
    assert not believed(exception, BINDS)
    assert not believed(exception, CALLS)


def test_messages_of_torch_that_are_about_files_and_types() -> None:
    assert believed("RuntimeError", message="Parent directory out does not exist.")
    assert not believed("RuntimeError", message="stack expects each tensor to be equal size")
