"""The program that `make demo` rehearses, by the command itself and with every stage."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "mnist_cnn.py"


def test_it_is_rehearsed_to_its_last_line_and_clean(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "trialrun", "run", "--out", str(tmp_path / "run"), str(EXAMPLE)]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=200)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    report = json.loads((tmp_path / "run" / "report.json").read_text(encoding="utf-8"))
    assert report["verdict"] == "pass"
    assert [(stage["name"], stage["outcome"]) for stage in report["stages"]] == [
        ("smoke", "passed"),
        ("overfit", "passed"),
        ("probe", "passed"),
        ("subset", "passed"),
    ]
    printed = (tmp_path / "run" / "stdout.log").read_text(encoding="utf-8").strip().splitlines()
    assert printed[-1].startswith("test: "), printed[-3:]
    assert [path.name for path in tmp_path.iterdir()] == ["run"], "a rehearsal writes to its run folder alone"


def test_its_first_line_is_the_question_it_answers() -> None:
    docstring = ast.get_docstring(ast.parse(EXAMPLE.read_text(encoding="utf-8")))
    assert docstring is not None
    assert docstring.splitlines()[0].endswith("?")
