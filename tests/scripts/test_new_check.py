"""A new check's files: valid as they are made, and not taken for done."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ARGUMENTS = ("LOS399", "flat-loss", "--family", "loss", "--severity", "warning")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of what a contributor would work in."""
    for name in ("src", "scripts", "cases", "tests"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def python(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(copy / "src")}
    return subprocess.run(
        [sys.executable, *arguments], cwd=copy, env=environment, capture_output=True, text=True, check=False
    )


def test_what_is_made_is_valid_and_fails_until_it_is_written(copy: Path) -> None:
    made = python(copy, "scripts/new_check.py", *ARGUMENTS)
    assert made.returncode == 0, made.stderr
    check = "src/trialrun/checks/loss/flat_loss.py"
    assert made.stdout.splitlines()[:3] == [check, *(f"cases/LOS399_flat-loss/{n}.py" for n in ("bad", "good"))]

    # mypy without what the file imports: all of that takes half a minute without a cache.
    alone = ("mypy", "--follow-imports", "skip", "--allow-subclassing-any")
    for tool in (("ruff", "check"), ("ruff", "format", "--check"), alone):
        done = python(copy, "-m", *tool, check)
        assert done.returncode == 0, done.stdout + done.stderr
    tests = python(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/cases", "-k", "LOS399")
    failed = {line.split("::")[1].split(" ")[0] for line in tests.stdout.splitlines() if line.startswith("FAILED")}
    assert failed == {
        "test_page_has_one_line_and_every_section[LOS399]",
        "test_check_has_a_bad_and_a_good_program[LOS399]",
        "test_bad_program_trips_its_check_at_its_line_and_no_other[LOS399_flat-loss/bad]",
        "test_right_program_gets_no_error_and_no_warning[LOS399_flat-loss/good]",
    }, tests.stdout
    again = python(copy, "scripts/new_check.py", *ARGUMENTS)
    assert (again.returncode, "LOS399 flat-loss is there already" in again.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("LOS302", *ARGUMENTS[1:]), "LOS302 double-softmax is there already"),
        (("LOS398", "double-softmax", *ARGUMENTS[2:]), "LOS302 double-softmax is there already"),
        (("los1", *ARGUMENTS[1:]), "'los1' is no code"),
        (("LOS398", "Flat_Loss", *ARGUMENTS[2:]), "'Flat_Loss' is no slug"),
        (("XYZ001", "flat-loss", "--severity", "note"), "no check has the letters XYZ"),
        (("LOS398", "flat-loss", "--family", "model", "--severity", "note"), "are those of the family loss"),
        ((*ARGUMENTS[:3], "lost", *ARGUMENTS[4:]), "invalid choice: 'lost'"),
    ],
)
def test_what_cannot_be_a_check_is_refused(arguments: tuple[str, ...], told: str) -> None:
    done = python(ROOT, "scripts/new_check.py", *arguments)
    assert done.returncode == 2
    assert told in done.stderr
