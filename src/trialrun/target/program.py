"""The program the user named: found, and known to be startable, before any process is started for it."""

from __future__ import annotations

import ast
import difflib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from trialrun.errors import UsageError


@dataclass(frozen=True)
class Program:
    """A script or a module with its arguments, and the folder it is started in."""

    path: str  # of the file that runs, as typed for a script
    module: str | None  # dotted name for ``-m``
    argv: tuple[str, ...]
    cwd: str

    @property
    def name(self) -> str:
        """How the user named it."""
        return f"-m {self.module}" if self.module else self.path

    @property
    def stem(self) -> str:
        """A short name for folders."""
        return self.module.rsplit(".", 1)[-1] if self.module else Path(self.path).stem


def resolve(script: str | None, module: str | None, argv: tuple[str, ...]) -> Program:
    """The program that ``trialrun run SCRIPT`` or ``-m MODULE`` names.

    Raises UsageError when there is no such file or module, or it is no Python program.
    """
    cwd = os.getcwd()
    if module is not None:
        return Program(str(_module_file(module, cwd)), module, argv, cwd)
    if script is None:
        raise UsageError("No script was named. Try: trialrun run train.py")
    path = Path(script)
    if path.is_dir():
        if not (path / "__main__.py").is_file():
            raise UsageError(
                f"{script!r} is a directory without a __main__.py. Name the training script itself.{_hint(path)}"
            )
        return Program(str(path / "__main__.py"), None, argv, cwd)
    if not path.exists():
        raise UsageError(f"No such script: {script!r} (in {cwd}).{_nearest(path)}")
    if not os.access(path, os.R_OK):
        raise UsageError(f"{script!r} cannot be read: its permissions do not allow it.")
    return Program(script, None, argv, cwd)


def _hint(folder: Path) -> str:
    scripts = sorted(path.name for path in folder.glob("*.py"))[:5]
    return f" It holds: {', '.join(scripts)}" if scripts else ""


def _nearest(path: Path) -> str:
    folder = path.parent if path.parent.is_dir() else Path()
    close = difflib.get_close_matches(path.name, [entry.name for entry in folder.glob("*.py")], n=1)
    return f" Did you mean {str(folder / close[0])!r}?" if close else ""


def _module_file(module: str, cwd: str) -> Path:
    parts = module.split(".")
    for root in (cwd, *(entry for entry in sys.path if entry)):
        base = Path(root, *parts)
        for candidate in (base.with_suffix(".py"), base / "__main__.py"):
            if candidate.is_file():
                return candidate
    raise UsageError(
        f"No module named {module!r} can be run from {cwd}: neither {'/'.join(parts)}.py nor its __main__.py exists."
    )


def sets_environment_first(path: Path) -> bool:
    """Whether the program writes to ``os.environ`` before it first imports torch.

    Such a program must start in a process that has not imported torch, so that what it sets counts. Its own modules
    are followed in the order it imports them. Unreadable files count as no.
    """
    return _scan(path, path.parent, set()) == "environment"


def _scan(path: Path, root: Path, seen: set[Path]) -> str | None:
    """What comes first in ``path``: "environment", "torch" or neither."""
    if path in seen:
        return None
    seen.add(path)
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return None
    for node in _in_order(tree):
        found: str | None = None
        if isinstance(node, ast.Import):
            found = _imports([alias.name for alias in node.names], root, seen)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            names = [base, *(f"{base}.{alias.name}" for alias in node.names)]  # a name may be a module of its own
            found = _imports(names, path.parent if node.level else root, seen)
        elif _writes_environment(node):
            found = "environment"
        if found:
            return found
    return None


def _in_order(tree: ast.AST) -> list[ast.AST]:
    """Nodes of statements that run at import, in source order; bodies of functions are left out."""
    nodes: list[ast.AST] = []
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        nodes.append(child)
        nodes.extend(_in_order(child))
    return nodes


def _imports(names: list[str], root: Path, seen: set[Path]) -> str | None:
    for name in names:
        if name.split(".")[0] == "torch":
            return "torch"
        parts = [part for part in name.split(".") if part]
        for candidate in (
            root.joinpath(*parts).with_suffix(".py") if parts else root,
            root.joinpath(*parts, "__init__.py"),
        ):
            if candidate.is_file() and (found := _scan(candidate, root, seen)):
                return found
    return None


def _writes_environment(node: ast.AST) -> bool:
    if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(isinstance(target, ast.Subscript) and _is_environ(target.value) for target in targets)
    if isinstance(node, ast.Call):
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if isinstance(function, ast.Attribute) and _is_environ(function.value):
            return name in ("setdefault", "update", "pop")
        return name in ("putenv", "load_dotenv")
    return False


def _is_environ(node: ast.AST) -> bool:
    return (isinstance(node, ast.Attribute) and node.attr == "environ") or (
        isinstance(node, ast.Name) and node.id == "environ"
    )
