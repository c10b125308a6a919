"""The functions of ``os`` as Python brought them, kept before anything is redirected."""

from __future__ import annotations

import os
import stat
from contextlib import suppress

access = os.access
chmod = os.chmod
getcwd = os.getcwd
listdir = os.listdir
lstat = os.lstat
mkdir = os.mkdir
open_ = os.open
readlink = os.readlink
rename = os.rename
replace = os.replace
rmdir = os.rmdir
scandir = os.scandir
stat_ = os.stat
symlink = os.symlink
unlink = os.unlink
utime = os.utime

_CHUNK_BYTES = 1 << 20


def lexists(path: str) -> bool:
    """Whether something is at ``path``; a link counts as itself."""
    try:
        lstat(path)
    except (OSError, ValueError):
        return False
    return True


def copy_status(source: str, target: str) -> None:
    """Give ``target`` the mode and times of ``source``."""
    status = stat_(source)
    chmod(target, stat.S_IMODE(status.st_mode))
    with suppress(OSError):
        utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))


def copy_file(source: str, target: str, content: bool = True) -> None:
    """Copy a regular file or a link with its mode and times; without ``content`` the copy is empty."""
    if stat.S_ISLNK(lstat(source).st_mode):
        symlink(readlink(source), target)
        return
    flags = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    output = open_(target, flags | os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        if content:
            entry = open_(source, flags | os.O_RDONLY)
            try:
                while data := os.read(entry, _CHUNK_BYTES):
                    while data:
                        data = data[os.write(output, data) :]
            finally:
                os.close(entry)
    except OSError:
        unlink(target)  # half a copy would hide the whole file
        raise
    finally:
        os.close(output)
    copy_status(source, target)


def path_of(descriptor: int) -> str | None:
    """The path an open folder or file was reached by; None where the platform does not tell."""
    try:
        path = readlink(f"/proc/self/fd/{descriptor}")
        return path if path.startswith("/") else None
    except OSError:
        pass
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        name: bytes = fcntl.fcntl(descriptor, getattr(fcntl, "F_GETPATH"), bytes(1024))  # noqa: B009  macOS only
        return os.fsdecode(name.rstrip(b"\0"))
    return None
