"""Child programs: which may run during a rehearsal, and how the others are refused."""

from __future__ import annotations

import functools
import inspect
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

from trialrun.target.containment.commands import Command, of_arguments, of_shell
from trialrun.target.containment.file_programs import do_here
from trialrun.target.containment.rules import word_set
from trialrun.target.secrets import mask_arguments

_REFUSED_STATUS = 126  # what a shell reports for a program it may not run
_LONGEST_TARGET = 200  # characters of a command line worth showing

_COMPILERS = word_set(
    """
    gcc g++ cc c++ clang clang++ cl link hipcc icx icpx nvcc ptxas cicc cudafe++ cuobjdump fatbinary nvdisasm
    nvlink ld lld ld.lld gold as ar ranlib strip objdump readelf nm ninja
    """
)
_QUERIES = word_set(
    """
    [ : arch basename cat cd cut date df dirname du echo exit export false file free getconf grep groups head
    hostname id ldconfig ldd locale ls lscpu lsmod lspci md5sum nproc printf ps pwd readlink realpath
    rocm-smi sha256sum sleep stat sw_vers tail test tput true tty type uname uptime wc which whereis whoami
    """
)
# They only change files, which an overlay keeps; nothing else would.
_FILE_PROGRAMS = word_set(
    """
    bunzip2 bzip2 chmod cmp cp diff gunzip gzip ln mkdir mktemp mv rm rmdir sort tar tee touch tr truncate
    uniq unzip xz zip zstd
    """
)
# Landlock forbids neither a change of mode, nor of owner, nor of times.
_STATUS_PROGRAMS = frozenset(("chmod", "chown", "chgrp", "touch", "setfacl", "chattr"))
_GIT_READS = word_set(
    """
    blame cat-file describe diff for-each-ref log ls-files ls-tree name-rev rev-list rev-parse shortlog show
    status symbolic-ref version --version
    """
)
_GIT_VALUES = frozenset(("-C", "-c", "--git-dir", "--work-tree"))
_SMI_CHANGES = word_set(
    """
    -r --gpu-reset -pm -pl -c -e -p -ac -rac -lgc -rgc -lmc -rmc -mig -am -caa -dm -gom drain mig
    """
)
# Parts of command lines of a Python that works for the script: its own workers and the compilers' helpers.
_WORKERS = (
    "multiprocessing.spawn",
    "multiprocessing.forkserver",
    "multiprocessing.resource_tracker",
    "--multiprocessing-fork",
    "torch._inductor",
    "torch/_inductor",
    "joblib.externals.loky",
    "loky.backend",
    "triton",
)
_COMPILING_MODULES = ("torch._inductor.", "torch._dynamo.", "torch.utils.cpp_extension", "triton.")
_OFFLINE_HELPERS = frozenset(("wandb-core", "torch_shm_manager"))


class Programs:
    """Decides on programs, in the way of containment called ``method``.

    ``armed`` answers whether the first update has happened; ``blocked(kind, target)`` is told what was refused.
    """

    def __init__(
        self, allowed: Sequence[str], method: str, armed: Callable[[], bool], blocked: Callable[[str, str], None]
    ) -> None:
        self._allowed = frozenset(allowed)
        self.method = method
        self._armed = armed
        self._blocked = blocked
        self.refused = ""  # the message of the last refusal

    def refusal(self, commands: Sequence[Command], whole: Sequence[str] | str) -> str | None:
        """Why these commands may not start, as a message; None where they may. Tells ``blocked`` too."""
        armed = self._armed()
        if not armed and self.method == "overlay":
            return None
        for command in commands:
            if self._may_run(command, armed):
                continue
            words = [whole] if isinstance(whole, str) else [os.fsdecode(word) for word in whole]
            # A shell's line is masked word by word too; how blanks were quoted is of no matter here.
            shown = " ".join(mask_arguments(words[0].split() if len(words) == 1 else words))[:_LONGEST_TARGET]
            self._blocked("program", shown)
            when = "after the first update" if armed else "where their writes cannot be kept apart"
            name = os.path.basename(command.words[0])
            self.refused = (
                f"trialrun does not start {name} in a rehearsal: no other programs run {when}; "
                f"--allow-exec {name} allows it ({shown})"
            )
            return self.refused
        return None

    def _may_run(self, command: Command, armed: bool) -> bool:
        name, base = command.name, os.path.basename(command.words[0])
        if self._allowed.intersection((name, base)):
            return True
        if not armed and self.method == "landlock":
            return name not in _STATUS_PROGRAMS
        if command.unreadable or (command.writes_file and self.method == "redirection"):
            return False
        if name.lower() in ("python", "pypy") or base == os.path.basename(sys.executable):
            # In the other ways a Python child redirects its writes as its parent does.
            if armed:
                return any(part in word for part in _WORKERS for word in command.words[1:])
            return self.method != "redirection" or not _starts_bare(command.words[1:])
        if name == "git":
            return _git_reads(command.words[1:])
        if name == "nvidia-smi":
            return not _SMI_CHANGES.intersection(command.words)
        compiler = name in _COMPILERS or name.rpartition("-")[2] in _COMPILERS  # x86_64-linux-gnu-gcc
        if compiler or name in _QUERIES or base in _OFFLINE_HELPERS:
            return True
        return self.method == "overlay" and name in _FILE_PROGRAMS


def _starts_bare(words: Sequence[str]) -> bool:
    """Whether a Python is told to ignore its environment or ``site``: then nothing makes it redirect its writes."""
    for word in words:
        if not word.startswith("-") or word in ("-c", "-m"):
            return False
        if not word.startswith("--") and set("EIS") & set(word):
            return True
    return False


def _git_reads(words: Sequence[str]) -> bool:
    rest = list(words)
    while rest and rest[0].startswith("-") and rest[0] not in _GIT_READS:
        del rest[: 2 if rest[0] in _GIT_VALUES else 1]
    if not rest:
        return True
    verb, arguments = rest[0], rest[1:]
    if verb in ("branch", "remote", "tag"):
        return all(
            word in ("-v", "-a", "-r", "-l", "--list", "--show-current", "get-url", "origin") for word in arguments
        )
    if verb == "config":
        return any(word in ("-l", "--list") or word.startswith("--get") for word in arguments) or len(arguments) == 1
    return verb in _GIT_READS


def guard_programs(programs: Programs, environment: dict[str, str], folder: Callable[[str], str]) -> None:
    """Put the guard before ``subprocess`` and the functions of ``os`` that start a program or become one.

    ``environment`` is added to what a child is given explicitly; ``folder`` maps the folder it starts in.
    """
    kept_by_kernel = programs.method == "overlay"
    start = subprocess.Popen.__init__
    signature = inspect.signature(start)

    @functools.wraps(start)
    def guarded_start(self: Any, *args: Any, **kwargs: Any) -> None:
        given = signature.bind(self, *args, **kwargs).arguments
        command, shell = given.get("args", ()), bool(given.get("shell"))
        commands, whole = _commands(command, shell, given.get("executable"))
        done = None if kept_by_kernel or given.get("cwd") is not None else do_here(commands)
        refused = None if done is not None or _compiling() else programs.refusal(commands, whole)
        if refused and not shell:
            raise PermissionError(13, refused)
        if refused:
            # A shell that may not run a program says so and goes on: so does the script.
            given["args"] = f"echo {_quoted(refused)} 1>&2 {'&' if os.name == 'nt' else ';'} exit {_REFUSED_STATUS}"
            given.pop("executable", None)
        if done is not None:
            given["args"], given["shell"] = f"exit {done}", True
            given.pop("executable", None)
        if given.get("env") is not None:
            given["env"] = {**given["env"], **environment}
        if given.get("cwd") is not None:
            given["cwd"] = folder(os.fsdecode(given["cwd"]))
        start(**given)

    @functools.wraps(os.system)
    def guarded_system(command: str | bytes | os.PathLike[str]) -> int:
        text = os.fsdecode(command)
        done = None if kept_by_kernel else do_here(of_shell(text))
        if done is not None:
            return done if os.name == "nt" else done << 8
        refused = programs.refusal(of_shell(text), text)
        if refused is None:
            return system(command)
        sys.stderr.write(refused + "\n")
        return _REFUSED_STATUS if os.name == "nt" else _REFUSED_STATUS << 8

    system = os.system
    subprocess.Popen.__init__ = guarded_start  # type: ignore[method-assign]
    os.system = guarded_system  # type: ignore[assignment]
    for name in (
        "execv",
        "execve",
        "posix_spawn",
        "posix_spawnp",
        "startfile",
    ):  # the others of their families use these
        if hasattr(os, name):
            setattr(os, name, _refusing(programs, getattr(os, name)))


def _compiling() -> bool:
    """Whether PyTorch's or Triton's compiler starts this program: to build, or to try what it has built."""
    frame = sys._getframe(2)
    while frame.f_back is not None and frame.f_globals.get("__name__") == "subprocess":
        frame = frame.f_back
    return str(frame.f_globals.get("__name__")).startswith(_COMPILING_MODULES)


def _refusing(programs: Programs, function: Any) -> Any:
    @functools.wraps(function)
    def call(path: Any, *args: Any, **kwargs: Any) -> Any:
        given = args[0] if args and isinstance(args[0], (list, tuple)) else (path,)
        words = [os.fsdecode(path), *(os.fsdecode(word) for word in given[1:])]
        refused = programs.refusal(of_arguments(words), words)
        if refused:
            raise PermissionError(13, refused)
        return function(path, *args, **kwargs)

    return call


def _commands(command: Any, shell: bool, executable: Any) -> tuple[list[Command], Sequence[str] | str]:
    if isinstance(command, (str, bytes, os.PathLike)):
        text = os.fsdecode(command)
        return (of_shell(text), text) if shell else (of_arguments([text]), [text])
    words = [os.fsdecode(word) for word in command]
    if shell:
        return of_shell(words[0]) if words else [], words
    if executable is not None and words:
        words[0] = os.fsdecode(executable)
    return of_arguments(words), words


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'" if os.name != "nt" else text
