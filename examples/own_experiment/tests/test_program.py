"""The program as it is used: run, stopped, resumed, and what it leaves in its folder."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

TRAIN = Path(__file__).parents[1] / "train.py"


def run(*arguments: str, status: int = 0) -> str:
    ended = subprocess.run([sys.executable, str(TRAIN), *arguments], capture_output=True, text=True)
    assert ended.returncode == status, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("whole")
    run("--out", str(out), "--epochs", "3")
    return out


def test_it_leaves_numbers_log_weights_and_report(whole: Path) -> None:
    files = {path.name for path in whole.iterdir()}
    assert files >= {"config.json", "metrics.csv", "tensorboard", "last.pt", "best.pt", "report.md"}
    rows = list(csv.DictReader((whole / "metrics.csv").open(encoding="utf-8")))
    assert [int(row["epoch"]) for row in rows] == [1, 2, 3]
    assert "right" in (whole / "report.md").read_text(encoding="utf-8").splitlines()[0]


def test_stopped_and_resumed_it_leaves_the_same(whole: Path, tmp_path: Path) -> None:
    assert "stopped after epoch 1" in run("--out", str(tmp_path), "--epochs", "3", "--stop-after", "1")
    run("--out", str(tmp_path), "--resume")
    for name in ("config.json", "metrics.csv", "weights.sha256", "report.md"):
        assert (tmp_path / name).read_bytes() == (whole / name).read_bytes(), name


def test_a_resumed_run_keeps_its_numbers(whole: Path) -> None:
    assert "leave out lr" in run("--out", str(whole), "--resume", "--lr", "0.1", status=2)
