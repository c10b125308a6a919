"""The last net of the way without a kernel's help: changes of real files that no redirected function made."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from typing import Any

from trialrun.target.containment import real
from trialrun.target.containment.layer import Layer

# event -> positions of the paths it changes
_CHANGES = {
    "os.chmod": (0,),
    "os.chown": (0,),
    "os.link": (1,),
    "os.mkdir": (0,),
    "os.remove": (0,),
    "os.rename": (0, 1),
    "os.rmdir": (0,),
    "os.setxattr": (0,),
    "os.removexattr": (0,),
    "os.symlink": (1,),
    "os.truncate": (0,),
    "os.utime": (0,),
}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def spread_net(layer: Layer, opening: Callable[[], bool], blocked: Callable[[str, str], None]) -> None:
    """Refuse such a change with PermissionError and tell ``blocked`` of it; it cannot be undone.

    ``opening`` answers whether a redirected ``open`` is at work in this thread: it names the script's path first.
    """

    def check(path: Any) -> None:
        if not isinstance(path, (str, bytes, os.PathLike)):
            return
        text = os.path.abspath(os.fsdecode(path))
        if not layer.untouched(text) and not _keeps_nothing(text):
            blocked("file", text)
            raise PermissionError(
                13, "trialrun keeps real files from being changed in a rehearsal; --allow-write PATH allows it", text
            )

    def opened(path: Any, _mode: Any, flags: Any) -> None:
        if isinstance(flags, int) and flags & _WRITING and not opening():
            check(path)

    def changed(positions: tuple[int, ...]) -> Callable[..., None]:
        def handler(*arguments: Any) -> None:
            for position in positions:
                check(arguments[position])

        return handler

    find = {"open": opened, **{event: changed(positions) for event, positions in _CHANGES.items()}}.get

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        handler = find(event)
        if handler is not None:
            handler(*arguments)

    sys.addaudithook(hook)


def _keeps_nothing(path: str) -> bool:
    """Whether ``path`` is a pipe, socket or device: what is written there is not in the file."""
    try:
        mode = real.lstat(path).st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode))
