"""Who may import what, read from the source: module-level, lazy and type-only imports alike."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "trialrun"

# The part on the left may import the parts on the right, besides itself, `errors` and (see TORCH_FREE) `_torch`.
WATCHING = frozenset({"target", "capture", "evidence", "stages", "experiments", "numerics"})
TELLING = frozenset({"checks", "findings", "fixes", "report"})
ALLOWED: dict[str, frozenset[str]] = {
    "__init__": frozenset({"expectation", "numerics", "testing"}),  # the latter two lazily
    "expectation": frozenset(),
    "errors": frozenset(),
    "_torch": frozenset(),
    "evidence": frozenset(),
    "findings": frozenset(),
    "target": frozenset({"evidence"}),
    "capture": frozenset({"evidence"}),
    "stages": frozenset({"target", "capture", "evidence", "experiments", "numerics"}),
    "experiments": frozenset({"target", "capture", "evidence"}),
    "numerics": frozenset({"capture", "evidence", "experiments", "findings"}),
    "testing": frozenset({"capture", "evidence", "experiments", "numerics"}),
    "integrations": WATCHING | TELLING | {"testing"},
    "checks": frozenset({"evidence", "findings"}),
    "fixes": frozenset({"findings"}),
    "report": frozenset({"findings", "evidence"}),
    "rehearsal": WATCHING | TELLING,
    "cli": WATCHING | TELLING | {"rehearsal"},
    "__main__": frozenset({"cli"}),
}
# Not even through `_torch`: what judges and reports must work in a process without torch.
TORCH_FREE = frozenset(
    {
        "errors",
        "evidence",
        "findings",
        "checks",
        "fixes",
        "report",
        "rehearsal",
        "cli",
        "__main__",
        "__init__",
        "expectation",
    }
)


def part_of(path: Path) -> str:
    """The part of the house a file belongs to: "target", "cli", ..."""
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imported_modules(tree: ast.AST, package: list[str]) -> Iterator[tuple[int, str]]:
    """(line, absolute dotted name) of everything a module imports, anywhere in it.

    ``from a import b`` gives both ``a`` and ``a.b``, since ``b`` may be a module. ``package`` is the dotted path of
    the module's package, for relative imports.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            yield node.lineno, origin
            for alias in node.names:
                yield node.lineno, f"{origin}.{alias.name}"
        elif isinstance(node, ast.Call) and node.args:
            name = ast.unparse(node.func)
            first = node.args[0]
            if name in ("__import__", "import_module", "importlib.import_module") and isinstance(first, ast.Constant):
                yield node.lineno, str(first.value)


def violations(path: Path, source: str) -> list[str]:
    """What a file at ``path`` with this ``source`` imports against the table, one line each."""
    part = part_of(path)
    package = ["trialrun", *path.relative_to(PACKAGE).parent.parts]
    found: dict[tuple[int, str], None] = {}
    for line, name in imported_modules(ast.parse(source), package):
        top, *rest = name.split(".")
        if top in ("torch", "torchvision") and part in TORCH_FREE:
            found[line, "torch"] = None
        if top != "trialrun" or not rest:
            continue
        other = rest[0]
        if other not in ALLOWED or other in (part, "errors"):  # a name of trialrun/__init__.py, or always allowed
            continue
        allowed = part not in TORCH_FREE if other == "_torch" else other in ALLOWED[part]
        if not allowed:
            found[line, f"trialrun.{other}"] = None
    return [f"{path.relative_to(PACKAGE)}:{line} ({part}) may not import {name}" for line, name in found]


def source_files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def test_every_part_of_the_tree_is_in_the_table() -> None:
    parts = {part_of(path) for path in source_files()}
    assert parts <= set(ALLOWED), f"say in ALLOWED what {sorted(parts - set(ALLOWED))} may import"


def test_no_file_imports_against_the_table() -> None:
    broken = [line for path in source_files() for line in violations(path, path.read_text(encoding="utf-8"))]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("checks/gradient/x.py", "import torch"),
        ("report/x.py", "def f():\n    from torch import nn"),
        ("evidence/x.py", "from trialrun import _torch"),
        ("target/x.py", "from trialrun.capture import watch"),
        ("capture/x.py", "from ..target import loops"),
        ("capture/sources/x.py", "from ...target import loops"),
        ("findings/x.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import trialrun.evidence"),
        ("stages/x.py", "import importlib\nimportlib.import_module('trialrun.checks.registry')"),
        ("rehearsal/x.py", "import trialrun.cli"),
        ("cli/x.py", "import torch.nn"),
    ],
)
def test_the_guard_sees(file: str, source: str) -> None:
    assert violations(PACKAGE / file, source)


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("checks/gradient/x.py", "from trialrun.evidence import Evidence\nfrom trialrun.findings import Finding"),
        ("target/x.py", "import torch\nfrom trialrun import _torch, errors"),
        ("capture/sources/x.py", "from ..position import Position"),
        ("cli/x.py", "from trialrun import __version__\nfrom trialrun.rehearsal import plan"),
    ],
)
def test_the_guard_lets_through(file: str, source: str) -> None:
    assert not violations(PACKAGE / file, source)


def test_the_parent_process_never_imports_torch() -> None:
    parents = sorted(TORCH_FREE - {"__main__", "__init__"})
    program = f"""
import importlib, pkgutil, sys
import trialrun.cli
assert "torch" not in sys.modules, "trialrun.cli imports torch"
for part in {parents}:
    module = importlib.import_module("trialrun." + part)
    for info in pkgutil.walk_packages(getattr(module, "__path__", ()), module.__name__ + "."):
        importlib.import_module(info.name)
        assert "torch" not in sys.modules, info.name + " imports torch"
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr
