"""What the lessons of examples/ say of themselves: the question, the mistakes, and the line at which each is found.

A mistake is a key of a lesson's ``BROKEN``, made by ``--broken NAME``. The line at which a rehearsal has to point ends
in ``# --broken NAME: CODE``.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "examples"
MARK = re.compile(r"--broken ([\w-]+): ([A-Z]{3}\d{3})")


@dataclass(frozen=True)
class Mistake:
    """One of a lesson, and what a rehearsal has to say of it: a check's code, and the place."""

    lesson: Path
    name: str
    code: str
    file: Path
    line: int


def programs() -> list[Path]:
    """The program of each lesson; that of a lesson in a folder is its ``train.py``."""
    return sorted([*FOLDER.glob("*.py"), *FOLDER.glob("*/train.py")])


def title(program: Path) -> str:
    """What a lesson is called: the name of its file, or of its folder."""
    return program.stem if program.parent == FOLDER else program.parent.name


def question(program: Path) -> str:
    """The first line of its docstring."""
    return (ast.get_docstring(ast.parse(program.read_text(encoding="utf-8"))) or "").partition("\n")[0]


def broken(program: Path) -> dict[str, str]:
    """What ``--broken`` takes, and what is wrong then."""
    for node in ast.parse(program.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "BROKEN":
            value: dict[str, str] = ast.literal_eval(node.value)
            return value
    return {}


def mistakes(program: Path) -> list[Mistake]:
    """Those that lines of the lesson are marked with, in the order of the lines."""
    files = [program] if program.parent == FOLDER else sorted(program.parent.glob("*.py"))
    return [
        Mistake(program, mark[1], mark[2], file, number)
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        for mark in MARK.finditer(line)
    ]
