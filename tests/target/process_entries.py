"""What the children of the process tests run: one function a behaviour, each ``entry(payload) -> int``."""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import importlib
import os
import signal
import subprocess
import sys
import threading
import time
import weakref
from typing import Any

Payload = dict[str, Any]


def show(payload: Payload) -> int:
    """One line of what a script could notice of how it was started."""
    import json

    print(
        json.dumps(
            {
                "payload": payload,
                "torch": "torch" in sys.modules,
                "threads": len(os.listdir("/proc/self/task")),
                "files": sorted(os.readlink(f"/proc/self/fd/{fd}") for fd in _open_files()),
                "leader": os.getsid(0) == os.getpgid(0) == os.getpid(),
                "sigint": signal.getsignal(signal.SIGINT) is signal.default_int_handler,
                "sigterm": signal.getsignal(signal.SIGTERM) == signal.SIG_DFL,
                "oom": open("/proc/self/oom_score_adj").read().strip(),  # noqa: SIM115
                "cwd_on_path": "" in sys.path or os.getcwd() in sys.path,
                "pid": os.getpid(),
            }
        )
    )
    return 3


def _open_files() -> list[int]:
    found = []
    for name in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):  # that of listdir itself
            os.fstat(int(name))
            found.append(int(name))
    return found


def segfault(payload: Payload) -> int:
    ctypes.string_at(0)
    return 0


def leave_at_once(payload: Payload) -> int:
    os._exit(7)


def abort(payload: Payload) -> int:
    print("before")
    os.abort()


def kill_itself(payload: Payload) -> int:
    print("before")
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def fail(payload: Payload) -> int:
    raise RuntimeError("the entry function is broken")


def hang(payload: Payload) -> int:
    print("hanging", flush=True)
    time.sleep(600)
    return 0


def read_stdin(payload: Payload) -> int:
    try:
        print("got", input("name? "))
    except EOFError:
        print("end of file")
    return 0


def move_temporary_files(payload: Payload) -> int:
    import tempfile

    os.environ["TMPDIR"] = payload["folder"]
    print(tempfile.gettempdir())
    return 0


def ignore_signals(payload: Payload) -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    return hang(payload)


def catch_interrupt(payload: Payload) -> int:
    print("ready", flush=True)
    try:
        time.sleep(600)
    except KeyboardInterrupt:
        print("interrupted")
        return 9
    return 0


def leave_daemons(payload: Payload) -> int:
    """Descendants of every kind that tries to get away; then hangs or ends as ``payload["then"]`` says."""
    subprocess.Popen(["sleep", "600"])
    unmarked = subprocess.Popen(["/bin/sleep", "600"], start_new_session=True, env={})
    print("unmarked", unmarked.pid, flush=True)
    if os.fork() == 0:  # the daemon's way: fork, own session, fork, the one between ends
        os.setsid()
        if os.fork() == 0:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            while True:
                time.sleep(600)
        os._exit(0)
    time.sleep(0.3)
    return hang(payload) if payload["then"] == "hang" else 0


def keep_forking(payload: Payload) -> int:
    """Leaves a descendant that no list shows for long: each copy forks the next and ends."""
    if os.fork() == 0:
        if payload["own_session"]:
            os.setsid()
        print("group", os.getpgrp(), flush=True)
        while True:
            if os.fork():
                time.sleep(0.01)
                os._exit(0)
    time.sleep(0.3)
    return hang(payload) if payload["then"] == "hang" else 0


def fork_and_return(payload: Payload) -> int:
    """Both copies run to the end, as a script that forks without a guard does."""
    pid = os.fork()
    print("copy" if pid == 0 else "original", flush=True)
    if pid:
        os.waitpid(pid, 0)
    return 5 if pid else 6


def end_late(payload: Payload) -> int:
    """Has an atexit handler, a thread that is no daemon and a file that it never closes."""
    atexit.register(print, "at exit")

    def later() -> None:
        time.sleep(0.2)
        print("thread ends")

    threading.Thread(target=later).start()
    global _kept
    _kept = open(payload["file"], "w")  # noqa: SIM115
    _kept.write("never closed")
    print("last line", end="")
    return 0


def finalise_its_own(payload: Payload) -> int:
    """Imports the module that the payload names, if any, before it puts up an object of its own to be finalised."""
    if payload["imports"]:
        importlib.import_module(payload["imports"])
    global _kept
    _kept = set()
    weakref.finalize(_kept, print, "its own")
    return 0


def hang_after(payload: Payload) -> int:
    threading.Thread(target=time.sleep, args=(600,)).start()
    print("last line")
    return 0


def fill_memory(payload: Payload) -> int:
    block = bytearray(payload["bytes"])
    block[::4096] = b"x" * len(block[::4096])
    return hang(payload)


def in_user_namespace(payload: Payload) -> int:
    """Enters a user and a mount namespace of its own, then behaves as :func:`leave_daemons`. 77: not allowed here."""
    clone_newns, clone_newuser = 0x00020000, 0x10000000
    uid, gid = os.getuid(), os.getgid()
    if ctypes.CDLL(None).unshare(clone_newuser | clone_newns) != 0:
        return 77
    for name, text in (("setgroups", "deny"), ("uid_map", f"0 {uid} 1"), ("gid_map", f"0 {gid} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)
    return leave_daemons(payload)


def train(payload: Payload) -> int:
    """A small convolutional training with worker processes: what a fork of a used thread pool would hang in."""
    import numpy
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    square = numpy.ones((500, 500))
    assert (square @ square)[0, 0] == 500  # its own thread pool
    model = torch.nn.Sequential(
        torch.nn.Conv2d(1, 8, 3), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(8 * 26 * 26, 10)
    )
    weights = list(model.parameters())
    a = torch.randn(300, 300)
    assert torch.isfinite(a @ a).all()
    data = TensorDataset(torch.randn(64, 1, 28, 28), torch.randint(0, 10, (64,)))
    loader = DataLoader(data, batch_size=16, num_workers=2, multiprocessing_context=payload["context"])
    for x, y in loader:
        loss = torch.nn.functional.cross_entropy(model(x), y)
        for weight, gradient in zip(weights, torch.autograd.grad(loss, weights), strict=True):
            weight.data -= 0.01 * gradient
    print("trained", payload["context"])
    return 0
