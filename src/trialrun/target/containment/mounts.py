"""The mounts of this process, and which folders an overlay can be put over."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from trialrun.target.containment.rules import KERNEL_PATHS, inside, word_set

_FLAGS = {"ro": 1, "nosuid": 2, "nodev": 4, "noexec": 8, "noatime": 1024, "nodiratime": 2048, "relatime": 1 << 21}

# File systems of the kernel itself: they keep no files of the user.
_KERNEL_TYPES = word_set(
    """
    autofs binfmt_misc bpf cgroup cgroup2 configfs debugfs devpts devtmpfs efivarfs fusectl hugetlbfs mqueue
    nsfs proc pstore ramfs rpc_pipefs securityfs selinuxfs sysfs tracefs
    """
)
# Sockets, settings of the machine and its start: no script's place to write. Left read-only, as are the system's
# programs where something is mounted among them (container runtimes put drivers there, file by file).
_SEALED = ("/boot", "/etc", "/run")
_SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/sbin")
_MOST_PARTS = 64  # folders worth an overlay each, about 0.3 ms, where one above them cannot have it


@dataclass(frozen=True)
class Mount:
    """One line of /proc/self/mountinfo. ``flags`` are the MS_ flags it was mounted with."""

    path: str
    kind: str
    flags: int

    @property
    def keeps_files(self) -> bool:
        """Whether the user's files may lie on it."""
        return self.kind not in _KERNEL_TYPES and not any(inside(self.path, place) for place in KERNEL_PATHS)

    @property
    def read_only(self) -> bool:
        return bool(self.flags & 1)


def read_mounts(table: str = "/proc/self/mountinfo") -> list[Mount]:
    """Mounts that can be seen, the topmost one of each path, shallow paths first."""
    found: dict[str, Mount] = {}
    for line in Path(table).read_text(errors="surrogateescape").splitlines():
        fields = line.split(" ")
        path = re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), fields[4])  # blanks are written as \\040
        flags = sum(_FLAGS.get(option, 0) for option in fields[5].split(","))
        found[path] = Mount(path, fields[fields.index("-") + 1], flags)
    return sorted(found.values(), key=lambda mount: mount.path.count("/") if mount.path != "/" else 0)


def overlay_folders(mounts: list[Mount], cwd: str) -> list[str]:
    """Folders that together hold the writable files a script may want and have no mount inside.

    The kernel does not let an ordinary user look beneath a mount, so a folder that has one inside is taken apart into
    its own folders, unless they are many and ``cwd`` is not among them.
    """
    folders: list[str] = []
    points = [mount.path for mount in mounts]
    stack = [mount.path for mount in mounts if mount.keeps_files and not mount.read_only and os.path.isdir(mount.path)]
    while stack:
        folder = stack.pop()
        if any(inside(folder, place) for place in (*KERNEL_PATHS, *_SEALED)):
            continue
        if folder != "/" and not any(point != folder and inside(point, folder) for point in points):
            folders.append(folder)
        elif folder not in _SYSTEM:
            parts = [part for part in _folders_in(folder) if part not in points]
            if len(parts) <= _MOST_PARTS:
                stack += parts
            else:
                stack += [part for part in parts if inside(cwd, part)]
    return sorted(set(folders))


def _folders_in(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            found = [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []  # this user cannot read it; it stays read-only
    return [path for path in found if not path.endswith("/lost+found")]


def own_part(folder: str, cwd: str) -> str:
    """The topmost folder from ``folder`` down to ``cwd`` below which every one on the way is this user's own.

    An ordinary user's overlay cannot copy up a folder of another user or group: the owner is unknown in its
    namespace (EOVERFLOW).
    """
    own, path = cwd, cwd
    while path != folder and path != "/":
        status = os.stat(path)
        if status.st_uid != os.getuid() or status.st_gid != os.getgid():
            break
        own, path = path, os.path.dirname(path)
    else:
        return folder
    return own
