"""The three ways put together: each protects files in its manner, and all guard network and programs alike."""

from __future__ import annotations

import getpass
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trialrun.evidence.program import BlockedRecord
from trialrun.target.containment.audit import spread_net
from trialrun.target.containment.children import prepare_children
from trialrun.target.containment.guard import Guard
from trialrun.target.containment.journal import Journal
from trialrun.target.containment.landlock import enter_landlock
from trialrun.target.containment.layer import Layer
from trialrun.target.containment.ledger import Change, layer_changes, overlay_changes
from trialrun.target.containment.libraries import map_libraries
from trialrun.target.containment.overlay import enter_overlay
from trialrun.target.containment.overlay_python import allow_renames, count_openings
from trialrun.target.containment.redirect import redirect
from trialrun.target.containment.rules import Rules, writable_places
from trialrun.target.containment.temporary import make_tmpdir

Report = Callable[[BlockedRecord], None]

_UNCONTAINED = (
    "child programs other than Python, compilers and read-only queries are refused from the start, and native code "
    "that opens files by itself is not kept apart"
)
# Caches that native code and compilers write without asking Python; an overlay keeps them where they are.
_CACHES = ("TRITON_CACHE_DIR", "TORCH_EXTENSIONS_DIR", "TORCHINDUCTOR_CACHE_DIR", "CUDA_CACHE_PATH")


@dataclass
class Way:
    """A way in use: who guards, where temporary files go, what has changed so far."""

    guard: Guard
    journal: Journal
    tmpdir: Path
    changes: Callable[[], Iterator[Change]]
    notes: list[str] = field(default_factory=list)


def use_overlay(rules: Rules, on_blocked: Report) -> Way:
    """The kernel keeps the files; only openings are counted here. Raises UnavailableError."""
    journal = Journal(rules.scratch / "journal")
    guard = Guard(rules, "overlay", on_blocked)
    _keep_compiled()
    overlay = enter_overlay(rules, writable_places(rules))
    tmpdir = Path(f"/tmp/trialrun-{os.getpid()}")
    tmpdir.mkdir(mode=0o700)

    def count(path: Any, how: str) -> Any:
        if how != "r" and isinstance(path, (str, bytes, os.PathLike)):
            journal.opened(os.path.realpath(os.fsdecode(path)))
        return path

    count_openings(count)
    allow_renames(overlay.devices)
    map_libraries(count, lambda path: path)
    guard.install({}, lambda path: path)
    return Way(guard, journal, tmpdir, lambda: overlay_changes(overlay, str(tmpdir)), overlay.notes)


def _keep_compiled() -> None:
    """Let torch.compile find what earlier runs compiled: by default it looks below TMPDIR, which is about to change."""
    with suppress(OSError, KeyError, ImportError):  # getuser, for a user that the system has no name for
        name = "torchinductor_" + re.sub(r'[\\/:*?"<>|]', "_", getpass.getuser())
        folder = os.path.join(tempfile.gettempdir(), name)
        if os.path.isdir(folder):
            os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", folder)


def use_landlock(rules: Rules, on_blocked: Report) -> Way:
    """Redirection, and the kernel refuses what gets past it. Raises UnavailableError."""
    notes = enter_landlock(rules, writable_places(rules))
    way = _redirected(rules, "landlock", on_blocked)
    way.notes += notes
    return way


def use_redirection(rules: Rules, on_blocked: Report) -> Way:
    """Redirection alone."""
    way = _redirected(rules, "redirection", on_blocked)
    way.notes.append(_UNCONTAINED)
    return way


def _redirected(rules: Rules, method: str, on_blocked: Report) -> Way:
    tmpdir = make_tmpdir(rules.scratch)
    for name in _CACHES:
        os.environ.setdefault(name, str(rules.scratch / "cache" / name.lower()))
    os.environ["GIT_OPTIONAL_LOCKS"] = "0"  # or ``git status`` rewrites the index
    layer, guard = enter_redirection(rules, method, on_blocked)
    return Way(guard, layer.journal, tmpdir, lambda: layer_changes(layer))


def enter_redirection(rules: Rules, method: str, on_blocked: Report) -> tuple[Layer, Guard]:
    """Redirect this process; also what a Python child of it does."""
    layer = Layer(rules, writable_places(rules), Journal(rules.scratch / "journal"))
    guard = Guard(rules, method, on_blocked)
    environment = prepare_children(rules, method)
    opening = redirect(layer)

    def native_path(path: str, how: str) -> str:
        text = layer.resolve(path)
        if layer.untouched(text):
            return text
        if how == "r":
            return layer.actual(text)
        actual = layer.for_writing(text, os.O_RDWR | os.O_CREAT | (os.O_TRUNC if how == "w" else 0))
        layer.journal.opened(text)
        return actual

    def folder(path: str) -> str:
        text = layer.resolve(path)
        return text if layer.untouched(text) or layer.in_real(text) else layer.copy_of(text)

    map_libraries(native_path, layer.shown)
    guard.install(environment, folder)
    if method == "redirection":
        spread_net(layer, opening, guard.blocked)
    return layer, guard
