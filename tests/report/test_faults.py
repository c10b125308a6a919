"""A fault of trialrun's own."""

from __future__ import annotations

from pathlib import Path

from trialrun.errors import InternalError
from trialrun.report import faults


def raised(error: Exception) -> Exception:
    try:
        raise error
    except Exception as caught:
        return caught


def test_it_says_whose_fault_it_is_and_keeps_the_traceback_off_the_terminal(tmp_path: Path) -> None:
    error = raised(InternalError("the child sent\nnonsense"))
    error.run_dir = tmp_path  # type: ignore[attr-defined]
    text = faults.describe(error)
    assert text.startswith("trialrun: a fault of trialrun's own, not of your program: the child sent nonsense\n")
    assert f"What was gathered so far lies in {tmp_path}" in text
    assert "Traceback" not in text
    assert "Traceback" in (tmp_path / "internal_error.txt").read_text()


def test_without_a_run_folder_it_says_how_to_see_the_traceback() -> None:
    assert "--verbose shows the traceback" in faults.describe(raised(TypeError("x")))
    assert "Traceback" in faults.describe(raised(TypeError("x")), verbose=True)


def test_a_folder_that_cannot_be_written_does_not_hide_the_fault(tmp_path: Path) -> None:
    error = raised(ValueError())
    error.run_dir = tmp_path / "gone"  # type: ignore[attr-defined]
    assert "ValueError: no message" in faults.describe(error)
