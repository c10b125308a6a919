"""Random file operations in the current folder, and what each of them gave: the same for a contained program as for a
free one.

    python random_acts.py METHOD SEED NUMBER

METHOD "none" acts for real. Prints JSON: one outcome an act, then every path with its mode and content.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import stat
import sys
from pathlib import Path
from typing import Any

_NAMES = ("a", "b", "c", "a/x", "a/y", "b/x", "b/deep/z", "c/x", "link", "link/x", "new", "new/x", "up/../a/x")


def _write(path: str, mode: str) -> int:
    with open(path, mode) as file:
        return file.write("text")


def _read(path: str) -> str:
    with open(path) as file:
        return file.read()


def _kinds(path: str) -> list[Any]:
    with os.scandir(path) as entries:
        return sorted((entry.name, entry.is_dir(), entry.is_symlink(), entry.is_file()) for entry in entries)


def _raw(path: str) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o640)
    try:
        return os.write(descriptor, b"raw")
    finally:
        os.close(descriptor)


ONE = {
    "write": lambda path: _write(path, "w"),
    "append": lambda path: _write(path, "a"),
    "exclusive": lambda path: _write(path, "x"),
    "update": lambda path: _write(path, "r+"),
    "raw": _raw,
    "read": _read,
    "list": lambda path: sorted(os.listdir(path)),
    "kinds": _kinds,
    "mkdir": lambda path: os.mkdir(path),
    "makedirs": lambda path: os.makedirs(path, exist_ok=True),
    "remove": lambda path: os.remove(path),
    "rmdir": lambda path: os.rmdir(path),
    "rmtree": lambda path: None if os.path.islink(path) else shutil.rmtree(path),
    "chmod": lambda path: os.chmod(path, 0o750),
    "truncate": lambda path: os.truncate(path, 2),
    "exists": lambda path: [os.path.exists(path), os.path.lexists(path), os.path.isdir(path), os.path.islink(path)],
    "size": lambda path: os.stat(path).st_size if os.path.isfile(path) else 0,
    "mode": lambda path: stat.filemode(os.stat(path).st_mode),
    "walk": lambda path: sorted((folder, sorted(folders), sorted(files)) for folder, folders, files in os.walk(path)),
    "glob": lambda path: sorted(str(found) for found in Path(path).rglob("*")),
    "readlink": lambda path: os.readlink(path),
    "real": lambda path: os.path.relpath(os.path.realpath(path)),
    "touch": lambda path: Path(path).touch(),
}
TWO = {
    "rename": lambda old, new: os.rename(old, new),
    "replace": lambda old, new: os.replace(old, new),
    "move": lambda old, new: str(shutil.move(old, new)),
    "copy": lambda old, new: str(shutil.copy2(old, new)),
    "symlink": lambda old, new: os.symlink(old, new),
    "link": lambda old, new: os.link(old, new),
}


def act(generator: random.Random) -> list[Any]:
    """One act: its name, its paths, and its result or the error it raised."""
    name = generator.choice([*ONE, *TWO])
    paths = [generator.choice(_NAMES) for _ in range(1 if name in ONE else 2)]
    try:
        result = ONE[name](*paths) if name in ONE else TWO[name](*paths)
    except (OSError, shutil.Error) as error:
        result = [type(error).__name__, error.errno, str(error.filename)]
    return [name, paths, result]


def tree() -> list[Any]:
    """Every path below the current folder."""
    found = []
    for folder, folders, files in os.walk("."):
        folders[:] = sorted(name for name in folders if name != ".trialrun")
        for name in sorted([*folders, *files]):
            path = os.path.join(folder, name)
            status = os.lstat(path)
            regular = stat.S_ISREG(status.st_mode)
            content = Path(path).read_text() if regular else os.readlink(path) if os.path.islink(path) else ""
            found.append([path, stat.filemode(status.st_mode), content])
    return found


if __name__ == "__main__":
    method, generator = sys.argv[1], random.Random(int(sys.argv[2]))
    if method != "none":
        from trialrun.target.containment import Rules, enter

        run = Path.cwd() / ".trialrun" / "run"
        enter(Rules(cwd=Path.cwd(), scratch=run / "scratch", run_dir=run, method=method), lambda record: None)
    acts = [act(generator) for _ in range(int(sys.argv[3]))]
    print(json.dumps([acts, tree()]))
