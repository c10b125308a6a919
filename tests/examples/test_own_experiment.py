"""A copy of examples/own_experiment, in a folder of its own: its tests pass, and a killed run goes on bit for bit."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .lessons import FOLDER

ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
LINES = range(15, 121)  # of each of its files


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER / "own_experiment", tmp_path / "mine"))


def train(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "train.py", *arguments]
    return subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, timeout=120, check=True)


def test_its_own_tests_pass(copied: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]
    # Running the program is what the next test does, with a kill.
    command += ["--ignore", "tests/test_program.py"]
    ended = subprocess.run(command, cwd=copied, env=ENVIRONMENT, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert " passed" in ended.stdout and "failed" not in ended.stdout


def test_killed_and_resumed_it_is_the_same_bit_for_bit(copied: Path) -> None:
    train(copied, "--out", "whole", "--epochs", "4")
    command = [sys.executable, "train.py", "--out", "killed", "--epochs", "4"]
    running = subprocess.Popen(command, cwd=copied, env=ENVIRONMENT, stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 120
        while not (copied / "killed" / "last.pt").exists() and time.monotonic() < until:
            time.sleep(0.005)
    finally:
        running.kill()
        running.wait()
    assert not (copied / "killed" / "weights.sha256").exists(), "it was killed before its end"
    train(copied, "--out", "killed", "--resume")
    for name in ("config.json", "metrics.csv", "weights.sha256", "report.md"):
        assert (copied / "killed" / name).read_bytes() == (copied / "whole" / name).read_bytes(), name


def test_its_files_are_short_and_it_has_a_readme() -> None:
    own = FOLDER / "own_experiment"
    files = [path for path in sorted(own.rglob("*")) if path.suffix in (".py", ".sh", ".md")]
    assert {"README.md", "reproduce.sh", "config.py", "data.py", "model.py", "train.py"} <= {
        path.name for path in files
    }
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert not {name: lines for name, lines in lengths.items() if lines not in LINES}
