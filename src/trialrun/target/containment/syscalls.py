"""The Linux system calls that Python's ``os`` does not offer on every supported version."""

from __future__ import annotations

import ctypes
import os
import sys

CLONE_NEWNS = 0x00020000
CLONE_NEWUSER = 0x10000000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REMOUNT, MS_NOATIME, MS_NODIRATIME, MS_BIND = 32, 1024, 2048, 4096
MS_REC, MS_PRIVATE, MS_RELATIME = 16384, 1 << 18, 1 << 21

CAP_SYS_ADMIN = 21

_PR_SET_NO_NEW_PRIVS = 38
_CAPABILITY_VERSION_3 = 0x20080522
# One number on every architecture: they were added after the tables were unified.
_LANDLOCK_CREATE_RULESET, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT_SELF = 444, 445, 446


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _CapabilityData(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


class _RulesetAttribute(ctypes.Structure):
    _fields_ = (("handled_access_fs", ctypes.c_uint64),)


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"  # Python 3.14 wants the layout of a packed structure named
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def unshare(flags: int) -> None:
    """Leave the shared namespaces named by ``flags``. OSError where the kernel refuses."""
    _check(_libc().unshare(ctypes.c_int(flags)), "unshare")


def mount(source: str | None, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    """``mount(2)``. OSError where the kernel refuses."""
    texts = [None if text is None else os.fsencode(text) for text in (source, target, kind, options)]
    _check(_libc().mount(texts[0], texts[1], texts[2], ctypes.c_ulong(flags), texts[3]), f"mount {target}")


def capabilities() -> tuple[int, int]:
    """Effective and permitted capabilities of this process, as bit sets."""
    header, data = _CapabilityHeader(_CAPABILITY_VERSION_3, 0), (_CapabilityData * 2)()
    _check(_libc().capget(ctypes.byref(header), ctypes.byref(data)), "capget")
    return data[0].effective | data[1].effective << 32, data[0].permitted | data[1].permitted << 32


def set_capabilities(effective: int, permitted: int) -> None:
    """Keep only these capabilities. OSError where it would add one."""
    header, data = _CapabilityHeader(_CAPABILITY_VERSION_3, 0), (_CapabilityData * 2)()
    for half in range(2):
        data[half].effective = effective >> 32 * half & 0xFFFFFFFF
        data[half].permitted = permitted >> 32 * half & 0xFFFFFFFF
    _check(_libc().capset(ctypes.byref(header), ctypes.byref(data)), "capset")


def landlock_version() -> int:
    """Landlock's ABI version; 0 where the kernel has none."""
    if not sys.platform.startswith("linux"):
        return 0
    version: int = _libc().syscall(_LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    return max(version, 0)


def landlock_ruleset(handled: int) -> int:
    """A new rule set that governs the ``handled`` file accesses, as a file descriptor."""
    attribute = _RulesetAttribute(handled)
    size = ctypes.c_size_t(ctypes.sizeof(attribute))
    result = _libc().syscall(_LANDLOCK_CREATE_RULESET, ctypes.byref(attribute), size, ctypes.c_uint32(0))
    return _check(result, "landlock_create_ruleset")


def landlock_allow(ruleset: int, access: int, descriptor: int) -> None:
    """Allow ``access`` beneath the open file or folder ``descriptor``."""
    rule = _PathBeneath(access, descriptor)
    result = _libc().syscall(_LANDLOCK_ADD_RULE, ruleset, ctypes.c_int(1), ctypes.byref(rule), ctypes.c_uint32(0))
    _check(result, "landlock_add_rule")


def landlock_restrict(ruleset: int) -> None:
    """Put this process and its children under ``ruleset``, for good."""
    libc = _libc()
    _check(libc.prctl(_PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), *[ctypes.c_ulong(0)] * 3), "prctl")
    _check(libc.syscall(_LANDLOCK_RESTRICT_SELF, ruleset, ctypes.c_uint32(0)), "landlock_restrict_self")
