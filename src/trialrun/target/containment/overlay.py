"""The first way: an overlay mount over every writable folder, in a mount namespace of this process alone.

The kernel keeps what is written apart, so native writers and child programs are covered. Root mounts directly; an
ordinary user does so in a user namespace in which its own user and group keep their numbers. What an overlay cannot
be put over is made read-only, so nothing is left open.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from trialrun.target.containment import syscalls
from trialrun.target.containment.mounts import Mount, overlay_folders, own_part, read_mounts
from trialrun.target.containment.rules import Rules, inside

_TMP = "/tmp"
_MOST_SOCKETS = 64


class UnavailableError(Exception):
    """This way cannot be used here; the message says why."""


@dataclass
class Overlay:
    """The layers in use: for each folder an open descriptor of the folder that takes its changes."""

    uppers: list[tuple[str, int]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    devices: dict[str, int] = field(default_factory=dict)  # number of the real file system, by folder
    hidden: str = ""  # the run folder, out of the script's sight


def enter_overlay(rules: Rules, places: list[Path]) -> Overlay:
    """Mount the overlays and move this process into them; the current folder is entered anew.

    A child that dies at once tries first: a process that has left its namespace cannot return to it. Raises
    :class:`UnavailableError`, and then nothing of this process has changed.
    """
    if not os.path.exists("/proc/self/mountinfo"):
        raise UnavailableError("overlay mounts exist on Linux only")
    disk = _try(rules, places, in_memory=False)
    if not disk:
        return _mount_all(rules, places, rules.scratch / "overlay", in_memory=False)
    memory = _try(rules, places, in_memory=True)
    if memory:
        raise UnavailableError(disk)
    overlay = _mount_all(rules, places, rules.scratch / "overlay", in_memory=True)
    overlay.notes.append(f"what the script writes is kept in memory, the scratch folder cannot take it: {disk}")
    return overlay


def _try(rules: Rules, places: list[Path], in_memory: bool) -> str:
    """Why the mounts cannot be made, found out by a child that makes them; empty where they can."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            reason = ""
            writable = os.access(rules.cwd, os.W_OK | os.X_OK)
            _mount_all(rules, places, rules.scratch / ("trial-in-memory" if in_memory else "trial"), in_memory)
            for place in [str(rules.cwd), _TMP] if writable else [_TMP]:
                name = os.path.join(place, f".trialrun-{os.getpid()}")
                os.close(os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
                os.unlink(name)
        except BaseException as error:  # whatever it is, this child must report it and never return
            reason = str(error) or type(error).__name__
        os.write(write_end, reason.encode(errors="replace")[:4000])
        os._exit(0)
    os.close(write_end)
    with open(read_end, "rb") as pipe:
        reason = pipe.read().decode()
    _, status = os.waitpid(child, 0)
    return reason or ("" if status == 0 else f"the trial ended with status {status}")


def _mount_all(rules: Rules, places: list[Path], base: Path, in_memory: bool) -> Overlay:
    cwd = os.path.realpath(rules.cwd)
    mounts = read_mounts()
    folders = overlay_folders(mounts, cwd)
    home = next((folder for folder in folders if inside(cwd, folder)), None)
    if home is None and not _on_read_only(cwd, mounts):
        raise UnavailableError(f"no overlay can be put over {cwd}: it is a root folder, or something is mounted in it")
    empty_tmp = not any(inside(_TMP, folder) for folder in folders) and not inside(cwd, _TMP)
    if empty_tmp:
        folders = [folder for folder in folders if not inside(folder, _TMP)]
    base.mkdir(parents=True, exist_ok=True)
    as_user, before = _leave_namespace()
    if in_memory:
        syscalls.mount("tmpfs", str(base), "tmpfs", syscalls.MS_NOSUID | syscalls.MS_NODEV)
    if as_user and home is not None and own_part(home, cwd) != home:
        folders.append(own_part(home, cwd))
    overlay = Overlay(hidden=_to_hide(rules, cwd))
    lowers = [os.open(folder, os.O_PATH | os.O_DIRECTORY) for folder in folders]
    overlay.devices = {folder: os.stat(folder).st_dev for folder in folders}
    through = [(str(place), os.open(place, os.O_PATH)) for place in places]
    sockets = list(_opened(_sockets(folders)))
    unwritable = []
    # All layers are made before the first mount: one of the mounts will cover the scratch folder itself.
    layers = [_make_layer(base / str(number), folder, overlay.hidden) for number, folder in enumerate(folders)]
    tmp = _make_empty(base / "tmp")
    for folder, lower, (upper, work) in zip(folders, lowers, layers, strict=True):
        # By descriptor, so that commas, colons and backslashes in a path need no quoting.
        named = (("lowerdir", lower), ("upperdir", upper), ("workdir", work))
        options = ",".join(f"{name}=/proc/self/fd/{number}" for name, number in named)
        try:
            # Ordinary users may not set the trusted attributes that overlay marks are kept in by default.
            syscalls.mount("overlay", folder, "overlay", 0, options + (",userxattr" if as_user else ""))
        except OSError as error:
            if inside(cwd, folder) or inside(_TMP, folder):
                raise UnavailableError(f"{error.strerror}, overlay over {folder}") from None
            unwritable.append(folder)
        else:
            overlay.uppers.append((folder, upper))
            # The kernel's own folder has no permissions at all: the user could not remove the run folder later.
            os.chmod(f"/proc/self/fd/{work}/work", 0o700)
    if empty_tmp:
        syscalls.mount(f"/proc/self/fd/{tmp}", _TMP, None, syscalls.MS_BIND)
        overlay.uppers.append((_TMP, tmp))
        overlay.notes.append("/tmp starts empty, no overlay can be put over it: something is mounted in it")
        mounts = [mount for mount in mounts if not inside(mount.path, _TMP)]  # out of reach now
    for path, descriptor in through:
        syscalls.mount(f"/proc/self/fd/{descriptor}", path, None, syscalls.MS_BIND)
    for path, descriptor in sockets:
        with suppress(OSError):  # its program has ended since
            syscalls.mount(f"/proc/self/fd/{descriptor}", path, None, syscalls.MS_BIND)
    _seal(mounts, [folder for folder, _ in overlay.uppers])
    kept = {upper for _, upper in overlay.uppers}
    opened = [
        tmp,
        *lowers,
        *(descriptor for _, descriptor in (*through, *sockets)),
        *(number for layer in layers for number in layer),
    ]
    for descriptor in set(opened) - kept:
        os.close(descriptor)
    os.chdir(rules.cwd)
    if as_user:
        # Inside its own namespace a process may do all; the script gets back the rights it had, no more.
        syscalls.set_capabilities(*before)
    if unwritable:
        overlay.notes.append("read-only during the rehearsal, no overlay was possible: " + ", ".join(unwritable[:5]))
    return overlay


def _leave_namespace() -> tuple[bool, tuple[int, int]]:
    """Whether a user namespace was needed, and the capabilities this process had before."""
    before = syscalls.capabilities()
    uid, gid = os.geteuid(), os.getegid()
    as_user = not before[0] >> syscalls.CAP_SYS_ADMIN & 1
    try:
        syscalls.unshare(syscalls.CLONE_NEWNS | (syscalls.CLONE_NEWUSER if as_user else 0))
        if as_user:
            Path("/proc/self/setgroups").write_text("deny")
            Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
            Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
        syscalls.mount(None, "/", None, syscalls.MS_REC | syscalls.MS_PRIVATE)
    except OSError as error:
        raise UnavailableError(f"no mount namespace for this user ({error.strerror})") from None
    return as_user, before


def _make_layer(base: Path, folder: str, hidden: str) -> tuple[int, int]:
    """Descriptors of the folder that takes the changes of ``folder``, and of the kernel's work folder beside it."""
    upper, work = base / "upper", base / "work"
    upper.mkdir(parents=True)
    work.mkdir()
    if hidden and inside(hidden, folder) and os.path.lexists(hidden):
        _white_out(upper, folder, hidden)
    _copy_status(folder, str(upper))
    return os.open(upper, os.O_RDONLY | os.O_DIRECTORY), os.open(work, os.O_PATH | os.O_DIRECTORY)


def _make_empty(source: Path) -> int:
    """A descriptor of a new folder that can stand for /tmp."""
    source.mkdir()
    source.chmod(0o1777)
    return os.open(source, os.O_RDONLY | os.O_DIRECTORY)


def _white_out(upper: Path, folder: str, hidden: str) -> None:
    """Mark ``hidden`` as deleted: the upper layer lies below it, and the kernel reports that as a loop."""
    real, copy = folder, upper
    made = []
    for name in Path(os.path.relpath(hidden, folder)).parts[:-1]:
        real, copy = os.path.join(real, name), copy / name
        copy.mkdir()
        made.append((real, str(copy)))
    os.mknod(copy / os.path.basename(hidden), stat.S_IFCHR, os.makedev(0, 0))
    for pair in reversed(made):
        _copy_status(*pair)


def _copy_status(source: str, target: str) -> None:
    status = os.stat(source)
    with suppress(OSError):  # an ordinary user cannot give a folder away; it then looks like its own
        os.chown(target, status.st_uid, status.st_gid)
    os.chmod(target, stat.S_IMODE(status.st_mode))
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))


def _to_hide(rules: Rules, cwd: str) -> str:
    run = os.path.realpath(rules.run_dir)
    folder = os.path.dirname(run) if os.path.basename(os.path.dirname(run)) == ".trialrun" else run
    return os.path.realpath(rules.scratch) if inside(cwd, folder) else folder


def _on_read_only(path: str, mounts: list[Mount]) -> bool:
    around = [mount for mount in mounts if inside(path, mount.path)]
    return bool(around) and max(around, key=lambda mount: len(mount.path)).read_only


def _sockets(folders: list[str]) -> Iterator[str]:
    """Listening sockets under ``folders``: through an overlay a connection to them is refused."""
    found = set()
    with suppress(OSError), open("/proc/net/unix", errors="surrogateescape") as table:
        for line in table:
            path = line.rstrip("\n").split(" ", 7)[-1].rpartition(" ")[2]
            if path.startswith("/") and any(inside(path, folder) for folder in folders):
                found.add(path)
    existing = [path for path in sorted(found) if os.path.exists(path)]
    yield from existing[:_MOST_SOCKETS]


def _opened(paths: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Each path with a descriptor, but for those that have gone."""
    for path in paths:
        with suppress(OSError):
            yield path, os.open(path, os.O_PATH)


def _seal(mounts: list[Mount], covered: list[str]) -> None:
    for mount in mounts:
        if mount.keeps_files and not mount.read_only and mount.path not in covered:
            flags = syscalls.MS_REMOUNT | syscalls.MS_BIND | syscalls.MS_RDONLY | mount.flags
            try:
                syscalls.mount(None, mount.path, None, flags)
            except OSError as error:
                raise UnavailableError(f"{mount.path} could not be made read-only ({error.strerror})") from None


def discard(folder: Path) -> None:
    """Remove ``folder`` and all in it, as far as that is possible."""
    shutil.rmtree(folder, ignore_errors=True)
