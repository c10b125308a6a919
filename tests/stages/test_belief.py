"""A crash after a cut is believed at once only where the cut cannot have caused it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from trialrun.evidence import Evidence
from trialrun.evidence.place import Where
from trialrun.evidence.program import CoverageRecord, CrashRecord, Frame, MissedBlock
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


@pytest.mark.parametrize("exception", ["NameError", "TypeError", "AttributeError"])
def test_names_and_types_depend_on_statements_alone(exception: str) -> None:
    assert believed(exception, PRINTS, BEHIND)
    assert not believed(exception, BINDS)
    assert not believed(exception, CALLS)


def test_messages_of_torch_that_are_about_files_and_types() -> None:
    assert believed("RuntimeError", message="Parent directory out does not exist.")
    assert not believed("RuntimeError", message="stack expects each tensor to be equal size")


@pytest.mark.parametrize(
    ("line", "certainly"),
    [
        ('plt.savefig("plots/curve.png")', True),
        ('with open("out/scores.csv", "w") as file:', True),
        ('table.to_csv("out/scores.csv")', True),
        ('late = [torch.load(folder / f"epoch{e}.pt") for e in (30, 40, 50)]', False),
        ("text = path.read_text()", False),
    ],
)
def test_a_file_to_be_read_may_be_one_the_cut_items_write(line: str, certainly: bool) -> None:
    crash = CrashRecord("FileNotFoundError", "", "", frames=(Frame(Where("t.py", 30), line),), after_cut=True)
    assert certain(crash, Evidence(coverage=(CoverageRecord(20, 20, ()),))) is certainly


def test_the_weights_of_a_model_that_grows_depend_on_how_often_a_loop_ran() -> None:
    assert not believed("RuntimeError", message="Error(s) in loading state_dict for Net: Missing key(s)")


@pytest.mark.parametrize(
    ("exception", "message"),
    [
        ("TypeError", "unsupported operand type(s) for +: 'float' and 'NoneType'"),
        ("AttributeError", "'NoneType' object has no attribute 'state_dict'"),
        ("TypeError", "can't convert np.ndarray of type numpy.object_. The only supported types are: float64"),
    ],
)
def test_a_place_left_empty_may_be_one_the_cut_items_fill(exception: str, message: str) -> None:
    assert not believed(exception, message=message)


def test_a_value_that_may_be_unfilled_needs_a_rerun() -> None:
    crash = CrashRecord("TypeError", "expected Tensor as element 2, but got float", "", after_cut=True)
    complete = Evidence(coverage=(CoverageRecord(20, 20, ()),))
    assert certain(crash, complete)
    assert not certain(replace(crash, unfilled=True), complete)
