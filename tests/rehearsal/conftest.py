"""The real command on a real script, in a folder of its own; no process may be left behind."""

from __future__ import annotations

import contextlib
import io
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
from rich.console import Console

from trialrun.rehearsal import plan
from trialrun.rehearsal.settings import Settings
from trialrun.report import terminal
from trialrun.report.progress import Quiet
from trialrun.target.supervise import Supervisor

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
                if entry.name.isdigit() and self.is_ours(entry):
                    found.append(int(entry.name))
        return found

    def is_ours(self, entry: Path) -> bool:
        """Whether the process with this folder under /proc was started for this command."""
        return self.mark.encode() in (entry / "environ").read_bytes()

    def assert_nothing_left(self) -> None:
        deadline = time.monotonic() + 5
        while self.processes() and time.monotonic() < deadline:
            time.sleep(0.05)
        left = self.processes()
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        assert not left


class Forked(Command):
    """What the command does, less its own process: the program is a fork of a warm one that all tests share."""

    def __init__(self, folder: Path, supervisor: Supervisor) -> None:
        super().__init__(folder)
        self._supervisor = supervisor

    def run(self, source: str | None = None, *options: str, arguments: tuple[str, ...] = ()) -> Ended:
        """As :meth:`Command.run`, but for the options: these are the command's own.

        Raises:
            TypeError: there are options.
        """
        if options:
            raise TypeError(f"{' '.join(options)}: a forked rehearsal has no options, use the command")
        if source is not None:
            self.write(source)
        settings = Settings("train.py", None, arguments, stages=("smoke", "overfit", "probe"))
        result = plan.rehearse(settings, Quiet(sys.stderr), self._supervisor)
        text = io.StringIO()
        terminal.render(result, Console(file=text, width=100))
        self.assert_nothing_left()
        report = json.loads((self.folder / ".trialrun" / "latest" / "report.json").read_text())
        return Ended(result.exit_status, text.getvalue(), "", report)

    def is_ours(self, entry: Path) -> bool:
        """Whether it stands in this program's folder; its environment is that of the warm process."""
        return int(entry.name) != os.getpid() and Path(os.readlink(entry / "cwd")).is_relative_to(self.folder)


@pytest.fixture
def forked(tmp_path: Path, supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch) -> Forked:
    monkeypatch.chdir(tmp_path)
    return Forked(tmp_path, supervisor)


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Command]:
    yield Command(tmp_path)
