"""The real command on a real script, in a folder of its own; no process may be left behind."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

TRAINING = """
import torch
from torch import nn
torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(64, 8)
y = (x.sum(1) > 0).long()
model = nn.Linear(8, 2)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
def train(steps=200):
    for step in range(steps):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
    return loss
"""


@dataclass
class Ended:
    """How the command ended."""

    status: int
    out: str
    err: str
    report: dict[str, Any] | None

    @property
    def codes(self) -> list[str]:
        return [] if self.report is None else [finding["code"] for finding in self.report["findings"]]


class Command:
    """``trialrun run`` in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mark = uuid.uuid4().hex
        self.environment = {**os.environ, "TRIALRUN_TEST_MARK": self.mark, "COLUMNS": "100", "OMP_NUM_THREADS": "1"}

    def write(self, source: str, name: str = "train.py") -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(source))

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "trialrun", *arguments],
            cwd=self.folder,
            env=self.environment,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def finish(self, process: subprocess.Popen[str], out: Path | None = None) -> Ended:
        stdout, stderr = process.communicate(timeout=120)
        self.assert_nothing_left()
        path = (out or self.folder / ".trialrun" / "latest") / "report.json"
        report = json.loads(path.read_text()) if path.exists() else None
        return Ended(process.returncode, stdout, stderr, report)

    def run(self, source: str | None = None, *options: str, arguments: tuple[str, ...] = ()) -> Ended:
        """``trialrun run OPTIONS train.py ARGUMENTS`` on ``source``; the subset stage has tests of its own."""
        if source is not None:
            self.write(source)
        if "--stages" not in options:
            options = ("--stages", "smoke,overfit,probe", *options)
        return self.finish(self.start("run", *options, "train.py", *arguments))

    def wait_for(self, process: subprocess.Popen[str], text: str, file: str = "evidence.jsonl") -> None:
        """Wait until ``text`` stands in a file of the run folder."""
        path = self.folder / ".trialrun" / "latest" / file
        deadline = time.monotonic() + 60
        while not (path.exists() and text in path.read_text(errors="replace")):
            assert process.poll() is None and time.monotonic() < deadline, f"{text!r} never came to {file}"
            time.sleep(0.05)

    def processes(self) -> list[int]:
        """Processes started for this command that still run, the command itself included."""
        found = []
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError):
                if entry.name.isdigit() and self.mark.encode() in (entry / "environ").read_bytes():
                    found.append(int(entry.name))
        return found

    def assert_nothing_left(self) -> None:
        deadline = time.monotonic() + 5
        while self.processes() and time.monotonic() < deadline:
            time.sleep(0.05)
        left = self.processes()
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        assert not left


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Command]:
    yield Command(tmp_path)
