"""Right programs, one for each way of writing a training loop, are rehearsed to their last line with nothing to say."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from trialrun.rehearsal import plan
from trialrun.rehearsal.settings import Settings
from trialrun.report.progress import Quiet
from trialrun.target.supervise import Supervisor

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))

from measure import Ended, rehearse  # noqa: E402
from overfit_programs import ADDED, ESTIMATED, OVERFIT  # noqa: E402
from programs import OWN, PUBLIC_EXAMPLES, PUBLIC_NANOGPT, Program  # noqa: E402
from real_programs import measure  # noqa: E402

# By the command itself and with every stage; the others are forks of one process, and leave out what takes longest.
WHOLE = {"package, with -m"}


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    """A copy of the programs that a rehearsal could spoil."""
    copy = tmp_path / "programs"
    shutil.copytree(ROOT / "tests" / "programs", copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


@pytest.fixture
def forked(supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """What the command does, less its own process."""

    def run(
        target: Sequence[str],
        cwd: Path,
        out: Path,
        *,
        environment: Mapping[str, str],
        options: Sequence[str],
    ) -> tuple[Ended, dict[str, Any]]:
        module = target[0] == "-m"
        settings = Settings(
            script=None if module else target[0],
            module=target[1] if module else None,
            argv=tuple(target[2 if module else 1 :]),
            stages=("smoke", "overfit", "probe"),
            out=out,
        )
        monkeypatch.chdir(cwd)
        begun = time.monotonic()
        result = plan.rehearse(settings, Quiet(sys.stderr), supervisor)
        report = json.loads((out / "report.json").read_text(encoding="utf-8"))
        return Ended(result.exit_status, time.monotonic() - begun, "", ""), report

    return run


@pytest.mark.parametrize("program", OWN + ADDED, ids=lambda program: program.name)
def test_right_program(program: Program, collection: Path, tmp_path: Path, forked: Callable[..., Any]) -> None:
    by = rehearse if program.environment or program.name in WHOLE else forked
    outcome = measure(program, collection, tmp_path / "runs", [], by)
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
