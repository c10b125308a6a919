"""Right programs, one for each way of writing a training loop, are rehearsed to their last line with nothing to say."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

from overfit_programs import ADDED, ESTIMATED, OVERFIT  # noqa: E402
from programs import OWN, PUBLIC_EXAMPLES, PUBLIC_NANOGPT, Program  # noqa: E402
from real_programs import measure  # noqa: E402


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    """A copy of the programs that a rehearsal could spoil."""
    copy = tmp_path / "programs"
    shutil.copytree(ROOT / "tests" / "programs", copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


@pytest.mark.parametrize("program", OWN + ADDED, ids=lambda program: program.name)
def test_right_program(program: Program, collection: Path, tmp_path: Path) -> None:
    outcome = measure(program, collection, tmp_path / "runs", [])
    assert outcome.status == 0, outcome
    assert outcome.stage == "passed", outcome
    assert not outcome.errors + outcome.warnings, outcome
    assert outcome.last_line, outcome
    assert outcome.unchanged, outcome
    assert outcome.steps > 0, outcome


def test_every_program_is_on_the_list() -> None:
    folder = ROOT / "tests" / "programs"
    started = {part for program in OWN + ADDED for part in program.target if part.endswith(".py")}
    assert {path.name for path in folder.glob("*.py")} <= started


def test_the_list_names_files_that_exist() -> None:
    for program in OWN + ADDED:
        folder = ROOT / "tests" / "programs" / program.folder
        first = program.target[0]
        path = Path(*program.target[1].split(".")).with_suffix(".py") if first == "-m" else Path(first)
        assert (folder / path).is_file(), program


def test_what_is_true_of_forty_programs_is_written_down() -> None:
    collections = {"own": OWN + ADDED, "examples": PUBLIC_EXAMPLES, "nanogpt": PUBLIC_NANOGPT}
    for collection, programs in collections.items():
        listed = {known.program.name for known in OVERFIT if known.collection == collection}
        assert listed == {program.name for program in programs}, collection
    assert len(OVERFIT) == len({known.program.name for known in OVERFIT}) == 40
    assert {known.truth for known in OVERFIT} == {"learns", "skip", "either"}
    assert all(known.because for known in OVERFIT)


def test_six_different_programs_are_estimated() -> None:
    assert len({program.name for program in ESTIMATED}) == 6
    assert all(program in OWN + ADDED for program in ESTIMATED)


def test_no_program_knows_that_it_is_rehearsed() -> None:
    for path in (ROOT / "tests" / "programs").rglob("*.py"):
        assert "trialrun" not in path.read_text(encoding="utf-8"), path
