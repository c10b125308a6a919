"""The few programs that scripts call to arrange their folders, done by this process where its writes are redirected.

``os.system("mkdir -p out")`` opens many a script. As a child it would change the real folder or fail; here the layer
takes it.
"""

from __future__ import annotations

import glob
import os
import shutil
import sys
from collections.abc import Callable, Sequence

from trialrun.target.containment.commands import Command


def do_here(commands: Sequence[Command]) -> int | None:
    """Do ``commands`` and return the exit status; None, with nothing done, where one is not understood entirely."""
    plans: list[Callable[[], None]] = []
    for command in commands:
        do = _PROGRAMS.get(command.words[0])
        flags = [word for word in command.words[1:] if word.startswith("-")]
        letters = set("".join(flag[1:] for flag in flags))
        if do is None or command.unreadable or command.writes_file or not letters <= set(do[1]):
            return None
        paths = [path for word in command.words[1:] if not word.startswith("-") for path in _expand(word)]
        if not paths or any("$" in path for path in paths):
            return None
        plans.append(_plan(do[0], paths, letters))
    try:
        for plan in plans:
            plan()
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0 if plans else None


def _plan(do: Callable[[list[str], set[str]], None], paths: list[str], letters: set[str]) -> Callable[[], None]:
    return lambda: do(paths, letters)


def _expand(word: str) -> list[str]:
    text = os.path.expanduser(word)
    return (sorted(glob.glob(text)) or [text]) if any(mark in text for mark in "*?[") else [text]


def _mkdir(paths: list[str], letters: set[str]) -> None:
    for path in paths:
        if "p" in letters:
            os.makedirs(path, exist_ok=True)
        else:
            os.mkdir(path)


def _rm(paths: list[str], letters: set[str]) -> None:
    for path in paths:
        if "f" in letters and not os.path.lexists(path):
            continue
        if letters & {"r", "R"} and os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        else:
            os.remove(path)


def _touch(paths: list[str], _letters: set[str]) -> None:
    for path in paths:
        with open(path, "ab"):
            pass
        os.utime(path)


def _cp(paths: list[str], letters: set[str]) -> None:
    *sources, target = paths
    for source in sources:
        if letters & {"r", "R", "a"} and os.path.isdir(source):
            place = os.path.join(target, os.path.basename(source.rstrip("/"))) if os.path.isdir(target) else target
            shutil.copytree(source, place, symlinks=True, dirs_exist_ok=True)
        else:
            (shutil.copy2 if letters & {"p", "a"} else shutil.copy)(source, target)


def _mv(paths: list[str], _letters: set[str]) -> None:
    *sources, target = paths
    for source in sources:
        place = os.path.join(target, os.path.basename(source.rstrip("/"))) if os.path.isdir(target) else target
        shutil.move(source, place)


# program -> how it is done, and the option letters that are understood
_PROGRAMS: dict[str, tuple[Callable[[list[str], set[str]], None], str]] = {
    "mkdir": (_mkdir, "pv"),
    "rm": (_rm, "rRfv"),
    "touch": (_touch, ""),
    "cp": (_cp, "rRapfv"),
    "mv": (_mv, "fv"),
}
