"""One attempt at the program: start a child, follow its evidence, and end it when its time or the memory is up."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from trialrun.evidence import Evidence, RecordReader
from trialrun.evidence.experiments import ExperimentRecord
from trialrun.evidence.model import UpdateRecord
from trialrun.evidence.program import CrashRecord, PhaseRecord
from trialrun.evidence.records import Record
from trialrun.evidence.repeats import RepeatRecord
from trialrun.stages.brief import Brief
from trialrun.target.job import Exit, Job
from trialrun.target.lifetime import ENTRY_FAILED
from trialrun.target.memory import available_memory_bytes
from trialrun.target.supervise import Child, Supervisor

TICK_S = 0.1
REPEATING = ("overfit", "probe")  # phases in which the child repeats a window of the program
REPEAT_GRACE_S = 15.0  # above twice its own limit: one run of the window may be slow
MEMORY_EVERY_S = 0.5
# Below this much free memory the system starts to kill or to swap; stop the rehearsal while it can still be reported.
MEMORY_RESERVE_BYTES = 400 * 2**20
# A child smaller than this is not what fills the machine.
MEMORY_SUSPECT_BYTES = 400 * 2**20


@dataclass(frozen=True)
class Following:
    """Who is told while an attempt runs: (stage, updates or repeats, last loss), and the script's new output."""

    progress: Callable[[str, int, float | None], None]
    output: Callable[[str], None]


@dataclass(frozen=True)
class Attempt:
    """What one child left."""

    evidence: Evidence
    exit: Exit
    duration_s: float
    ended: bool  # the script's end was recorded: by its last line, an exception or sys.exit
    status: int | None  # the script's own, where it ended
    interrupted: bool = False  # Ctrl-C
    stuck_at: str = ""  # where it stood when its time was up: "train.py:41", or the innermost library line
    out_of_memory: str = ""  # why it was stopped for memory
    stopped_repeating: str = ""  # why it was stopped while its window was repeated

    @property
    def spoilt(self) -> str:
        """Why what was seen after a window had been repeated cannot be trusted; "" if it can, or none was."""
        if self.stopped_repeating:
            return self.stopped_repeating
        if any(not record.identical for record in self.evidence.restore):
            return "the program's state could not be put back"
        phases = [record.phase for record in self.evidence.phase if record.phase.startswith(REPEATING)]
        return "the program ended while its window was repeated" if phases[-1:] and phases[-1] in REPEATING else ""

    @property
    def spoilt_by_timing(self) -> bool:
        """Whether the updates that were made to be timed could not be put back."""
        return any(record.after == "timing" and not record.identical for record in self.evidence.restore)

    @property
    def crash(self) -> CrashRecord | None:
        """What ended the script before its last line."""
        return self.evidence.crash[-1] if self.evidence.crash else None

    @property
    def fault_of_ours(self) -> bool:
        """The child's own entry failed, not the script."""
        return not self.ended and self.exit.status == ENTRY_FAILED


def run(supervisor: Supervisor, brief: Brief, *, cold: bool, timeout_s: float, following: Following) -> Attempt:
    """Run ``brief`` in a child for at most ``timeout_s`` seconds.

    Raises as :meth:`Supervisor.start` and :meth:`Child.wait`.
    """
    folder = Path(brief.run_dir)
    apart = "" if brief.subset is None else "-subset"  # what the script says while its loops are cut stays by itself
    output = _Tail(folder / f"stdout{apart}.log")
    reader = RecordReader(Path(brief.evidence))
    records: list[Record] = []
    job = Job(
        entry="trialrun.stages.child:main",
        payload=brief.payload(),
        stdout=folder / f"stdout{apart}.log",
        stderr=folder / f"stderr{apart}.log",
        cold=cold,
        stdin_terminal=brief.pdb,
    )
    begun = time.monotonic()
    child = supervisor.start(job)
    memory = _MemoryGuard(child)
    repeating = _RepeatGuard(child, brief)

    def tick() -> None:
        records.extend(reader.new())
        following.progress(*_how_far(records))
        following.output(output.new())
        memory.look()
        repeating.look(records)

    interrupted, stuck = False, ""
    try:
        ended = child.wait(timeout_s, tick, TICK_S)
        if ended.timed_out:
            stuck = _innermost(child.stack(), Path(brief.program.cwd))
            ended = replace(child.interrupt(), timed_out=True)
    except KeyboardInterrupt:
        interrupted = True
        ended = child.exit or child.stop()
    records.extend(reader.new())
    following.output(output.new())
    evidence = Evidence.gather(records)
    last = [record for record in evidence.phase if record.phase == "ended"]
    return Attempt(
        evidence=evidence,
        exit=ended,
        duration_s=time.monotonic() - begun,
        ended=bool(last),
        status=last[-1].exit_status if last else ended.status,
        interrupted=interrupted,
        stuck_at=stuck,
        out_of_memory=memory.reason,
        stopped_repeating=repeating.reason,
    )


def _how_far(records: list[Record]) -> tuple[str, int, float | None]:
    """The stage that runs, how many updates or repeats it has made, and the last loss."""
    phases = [record.phase for record in records if isinstance(record, PhaseRecord)]
    repeats = [record for record in records if isinstance(record, RepeatRecord)]
    if phases[-1:] == ["probe"]:
        return "probe", sum(isinstance(record, ExperimentRecord) for record in records), None
    if phases and phases[-1] in REPEATING:
        return (phases[-1], repeats[-1].repeats, repeats[-1].loss) if repeats else (phases[-1], 0, None)
    updates = [record for record in records if isinstance(record, UpdateRecord)]
    return "smoke", len(updates), updates[-1].loss if updates else None


class _Tail:
    """What has been added to a text file since the last look."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = path.stat().st_size if path.exists() else 0

    def new(self) -> str:
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                data = file.read()
        except FileNotFoundError:
            return ""
        self._offset += len(data)
        return data.decode(errors="replace")


class _MemoryGuard:
    """Stops a child before it takes the machine's last memory."""

    def __init__(self, child: Child) -> None:
        self._child = child
        self._next = 0.0
        self.reason = ""

    def look(self) -> None:
        now = time.monotonic()
        if self.reason or self._child.exit is not None or now < self._next:
            return
        self._next = now + MEMORY_EVERY_S
        left = available_memory_bytes()
        if left is None or left > MEMORY_RESERVE_BYTES:
            return
        used = self._child.memory_bytes()
        if used > MEMORY_SUSPECT_BYTES:
            self.reason = f"stopped at {used / 2**30:.1f} GiB: this machine had {left / 2**20:.0f} MiB left"
            self._child.stop()


class _RepeatGuard:
    """Stops a child whose repeated window hangs: it waits for something that comes only once."""

    def __init__(self, child: Child, brief: Brief) -> None:
        self._child = child
        self._limit_s = REPEAT_GRACE_S + 2 * (brief.overfit_s + brief.probe_s)
        self._begun: float | None = None
        self.reason = ""

    def look(self, records: list[Record]) -> None:
        phases = [record.phase for record in records if isinstance(record, PhaseRecord)]
        if self.reason or not phases or phases[-1] not in REPEATING:
            self._begun = None
            return
        now = time.monotonic()
        self._begun = self._begun or now
        if now - self._begun > self._limit_s and self._child.exit is None:
            self.reason = f"the repeated window stood still for {now - self._begun:.0f} s"
            self._child.stop()


def _innermost(stack: str, cwd: Path) -> str:
    """The innermost line of the user's own folder in a faulthandler stack, else the innermost of all."""
    frames = [
        (path, line) for path, line in re.findall(r'File "([^"]+)", line (\d+)', stack) if "/trialrun/" not in path
    ]
    own = [(path, line) for path, line in frames if Path(path).is_relative_to(cwd) and "site-packages" not in path]
    for path, line in own or frames:
        shown = Path(path).relative_to(cwd) if Path(path).is_relative_to(cwd) else path
        return f"{shown}:{line}"
    return ""


def name_of_signal(number: int) -> str:
    """ "SIGKILL" for 9."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
