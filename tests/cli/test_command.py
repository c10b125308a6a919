"""The installed command, as a shell meets it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from trialrun import __version__

COMMAND = Path(sys.executable).with_name("trialrun")


def run(*argv: str, cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(COMMAND), *argv],
        cwd=cwd,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_command_and_the_module_are_one(tmp_path: Path) -> None:
    assert run("--version", cwd=tmp_path).stdout == f"trialrun {__version__}\n"
    module = subprocess.run([sys.executable, "-m", "trialrun", "--version"], capture_output=True, text=True, check=True)
    assert module.stdout == f"trialrun {__version__}\n"


@pytest.mark.parametrize(
    "argv",
    [
        ("nonsense",),
        ("run", "--budget", "soon", "t.py"),
        ("run", "--select", "NO1", "t.py"),
        ("report", "nowhere"),
    ],
)
def test_bad_usage_ends_with_2_and_leaves_stdout_empty(tmp_path: Path, argv: tuple[str, ...]) -> None:
    ended = run(*argv, cwd=tmp_path)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert argv[-1] in ended.stderr or "soon" in ended.stderr or "NO1" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "argv",
    [["--version"], ["run", "--help"], ["explain", "--list"], ["run", "--select", "x", "t.py"], ["run", "no.py"]],
)
def test_the_command_never_imports_torch(tmp_path: Path, argv: list[str]) -> None:
    code = f"import sys, trialrun.cli as c; c.main({argv!r}); sys.exit(bool({{'torch', 'numpy'}} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, check=True)


def test_env_tells_what_results_depend_on_and_no_secret(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1")
    ended = run("env", "--format", "json", "--data", "a.csv", cwd=tmp_path, OMP_NUM_THREADS="1", HF_TOKEN="hf_secret")
    told = json.loads(ended.stdout)
    assert told["settings"]["threads"] == "1" == told["settings"]["env.OMP_NUM_THREADS"]
    assert told["settings"]["deterministic"] == "False" and "tf32.matmul" in told["settings"]
    assert told["packages"]["torch"] and len(told["data"]["a.csv"]) == 64
    assert "hf_secret" not in ended.stdout
    text = run("env", cwd=tmp_path).stdout
    assert "Precision\n" in text and "Determinism\n" in text
