"""How much memory a tree of processes takes and how much the machine has left."""

from __future__ import annotations

import os
from pathlib import Path

from trialrun.target import reap

_CGROUPS = Path("/sys/fs/cgroup")
_UNLIMITED = 1 << 60  # version 1 writes "no limit" as the largest page-aligned number


def tree_bytes(root: int) -> int:
    """Memory of the descendants of ``root``, ``root`` itself not counted; 0 where there is no ``/proc``.

    Pages that several processes share are counted once over all of them (proportional set size), so data loader workers
    do not count the training set again. Where the kernel does not tell, resident size is used, which overstates.
    Costs milliseconds, tens of them with gigabytes in several processes: watch :func:`available_memory_bytes` (under a
    millisecond) and ask here when it runs low.
    """
    if not reap.PROC.joinpath("self/stat").exists():
        return 0
    tree = [process.pid for process in reap.descendants(root, reap.processes()) if not process.dead]
    return sum(_process_bytes(pid, shares=len(tree) > 1) for pid in tree)


def _process_bytes(pid: int, shares: bool) -> int:
    try:
        if shares:  # costs a walk over all its pages: milliseconds a gigabyte
            for line in (reap.PROC / str(pid) / "smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    return int(line.split()[1]) * 1024
        resident = (reap.PROC / str(pid) / "statm").read_text().split()[1]
    except (OSError, IndexError):
        return 0
    return int(resident) * os.sysconf("SC_PAGE_SIZE")


def available_memory_bytes() -> int | None:
    """What can still be taken before the system kills something: the machine's or the container's; None if unknown."""
    limits = [room for room in (_machine(), *_containers()) if room is not None]
    return min(limits) if limits else None


def _machine() -> int | None:
    try:
        text = (reap.PROC / "meminfo").read_text()
    except OSError:
        return None
    for line in text.splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return None


def _containers() -> list[int | None]:
    """Room under each memory limit that this process's control groups set, version 2 and version 1."""
    rooms: list[int | None] = [
        # inside a container its own group is mounted as the root
        _room(_CGROUPS, "memory.max", "memory.current", "inactive_file"),
        _room(_CGROUPS / "memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    ]
    try:
        lines = (reap.PROC / "self/cgroup").read_text().splitlines()
    except OSError:
        return rooms
    for line in lines:
        _, controllers, path = line.split(":", 2)
        for folder in (Path(path), *Path(path).parents):
            inner = str(folder).lstrip("/")
            if controllers == "":
                rooms.append(_room(_CGROUPS / inner, "memory.max", "memory.current", "inactive_file"))
            elif "memory" in controllers.split(","):
                group = _CGROUPS / "memory" / inner
                rooms.append(_room(group, "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"))
    return rooms


def _room(folder: Path, limit_name: str, usage_name: str, cache_name: str) -> int | None:
    try:
        limit_text = (folder / limit_name).read_text().strip()
        if limit_text == "max" or int(limit_text) >= _UNLIMITED:
            return None
        usage = int((folder / usage_name).read_text())
        stats = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
    except (OSError, ValueError):
        return None
    return int(limit_text) - usage + int(stats.get(cache_name, 0))  # file cache is given back before anything is killed
