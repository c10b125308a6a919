"""What the child process does: protect, watch, and run the user's program to its end.

Everything seen is appended to the run's evidence file as it happens, so that a killed child still leaves it.
"""

from __future__ import annotations

import dataclasses
import functools
import os
import pdb
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialrun.errors import UsageError
from trialrun.evidence import RecordWriter
from trialrun.evidence.program import BlockedRecord, LoopRecord, PhaseRecord, SkipRecord, WarningRecord
from trialrun.evidence.records import Record
from trialrun.stages.attach import Watch, when_torch_is_imported
from trialrun.stages.brief import Brief
from trialrun.stages.crash import crash_record, frames_of, print_traceback
from trialrun.stages.quiet import Quiet
from trialrun.target import loader, warm
from trialrun.target.clock import Clock
from trialrun.target.containment import Containment, Rules, enter
from trialrun.target.coverage import summarise
from trialrun.target.instrument import Instrumenter
from trialrun.target.loops import Loops
from trialrun.target.openings import Openings
from trialrun.target.plain import unwatch
from trialrun.target.position import Position
from trialrun.target.queues import Queues

if TYPE_CHECKING:
    from trialrun.stages.numerics_run import NumericsRun
    from trialrun.stages.subset_run import SubsetRun

REFUSED = "start"  # SkipRecord.what when the program was not started at all: a way of containment that is not to be had
_FRESH = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
REFRESH_SECONDS = 1.0  # how often what changes slowly (coverage, files written) is put on record


class Rehearsed:
    """One run of the program in this process."""

    def __init__(self, brief: Brief) -> None:
        self.brief = brief
        self._begun = time.monotonic()
        self._refreshed = self._begun
        self._trained: float | None = None  # when a training or epoch loop was last left
        descriptor = os.open(brief.evidence, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        self._writer = RecordWriter(descriptor)
        # What was put on file, for the plan of the experiments; the file itself may lie outside of what is readable.
        self.seen: list[Record] | None = [] if brief.probe_s else None
        # Opened before containment, which takes the run folder out of this process's sight.
        self.answer = -1 if brief.measurement is None else os.open(brief.measurement.result, _FRESH, 0o644)
        self._owner = os.getpid()
        self.clock = Clock(self.write)
        self.clock.import_seconds = dict(warm.import_seconds)
        self.openings = Openings(self.clock)
        self.subset: SubsetRun | None = None
        self._numerics: NumericsRun | None = None
        self.loops = Loops(brief.policy(self._is_restricted, self._is_evaluated), self._loop_left, self.clock)
        if brief.subset is not None:
            self.loops.roles = {(file, line): role for file, line, role in brief.subset.roles}
        self.queues = Queues(self.loops)
        self.instrumenter = Instrumenter(self.loops)
        self.position = Position(self.loops, self.instrumenter)
        self._containment: Containment | None = None
        self.quiet = Quiet(self.loops, self.instrumenter, Path(brief.run_dir), lambda: self._containment)
        self.watch = Watch(
            self.position,
            self.write,
            brief.hooked_steps,
            self._first_update,
            self._unwatch,
            cutting="training" in brief.cut,
        )
        self.clock.ours = self.watch.own_seconds
        self.clock.watching = self.watch

    def run(self) -> int:
        """Run it; returns the status it ends with."""
        self.phase("started")
        os.chdir(self.brief.program.cwd)  # the warm process may have been started from elsewhere
        try:
            self._contain()
        except UsageError as refusal:
            self.write(SkipRecord(REFUSED, str(refusal)))
            return refusal.exit_status
        self._pass_over_breakpoints()
        when_torch_is_imported(self._torch_imported)
        status = 1
        self.clock.started()
        try:
            loader.run(self.brief.program, self.instrumenter)
            status = 0
        except SystemExit as leaving:
            status = _exit_status(leaving)
        except BaseException as error:
            self._crashed(error)
        finally:
            if os.getpid() == self._owner:  # not in a child that the script forked and let run on
                self._finish(status)
        return status

    def _torch_imported(self) -> None:
        self.watch.attach()
        if self.brief.subset is not None:
            self._guarded("subset", self._train_on_part)
        elif self.brief.measurement is not None:
            self._guarded("numerics", self._measure)
        elif self.brief.cut:
            self._guarded("overfit", self._repeat)

    def _train_on_part(self) -> None:
        from trialrun.stages.subset_run import SubsetRun

        assert self.brief.subset is not None
        self.subset = SubsetRun(self, self.brief.subset)

    def _measure(self) -> None:
        from trialrun.stages.numerics_run import NumericsRun

        assert self.brief.measurement is not None
        self._numerics = NumericsRun(self, self.brief.measurement)

    def _is_restricted(self) -> bool:
        return self.subset is not None and self.subset.restricted

    def _repeat(self) -> None:
        from trialrun.stages.overfit import repeater

        self.loops.repeater = repeater(self)
        self.queues.watch()

    def _is_evaluated(self) -> bool:
        return self.subset is None or self.subset.evaluated

    def _contain(self) -> None:
        brief = self.brief
        rules = Rules(
            cwd=Path(brief.program.cwd),
            scratch=Path(brief.scratch),
            run_dir=Path(brief.run_dir),
            allow_write=tuple(Path(path) for path in brief.allow_write),
            allow_network=brief.allow_network,
            allow_exec=tuple(brief.allow_exec),
            method=brief.containment,
        )
        self._containment = enter(rules, self._blocked)
        self._containment.tell_openings(self.openings.opened)
        self.write(self._containment.record)

    def _blocked(self, record: BlockedRecord) -> None:
        if self.quiet.on:
            return
        self.write(dataclasses.replace(record, where=record.where or self.position.where()))

    def _pass_over_breakpoints(self) -> None:
        """Without a terminal a debugger would read an empty input and kill the script: go on and say so."""
        if self.brief.pdb:
            return

        def pass_over(*args: Any, **kwargs: Any) -> None:
            message = "breakpoint() was passed over: there is no terminal. --pdb opens the debugger."
            self.write(WarningRecord("breakpoint", message, self.position.where()))

        sys.breakpointhook = pdb.set_trace = pass_over

    def _first_update(self) -> None:
        self.phase("training")
        if self._containment is not None:
            self._containment.arm()

    def _unwatch(self) -> None:
        self._guarded("coverage", lambda: unwatch(self.instrumenter))
        if self.subset is not None:
            self.subset.compiles()

    def _crashed(self, error: BaseException) -> None:
        self.clock.pause()
        frames = frames_of(error, self.instrumenter)
        context = None if isinstance(error, KeyboardInterrupt) else self.watch.call_context(error)
        refused = (self._containment.explain(error) if self._containment else None) or ""
        crash = crash_record(error, frames, context, self.loops, self.watch.steps)
        self.write(dataclasses.replace(crash, refused=refused))
        print_traceback(error)
        self._crash_frames = tuple(frame.where for frame in frames)
        if self.brief.pdb:
            pdb.post_mortem(error.__traceback__)

    _crash_frames: tuple[Any, ...] = ()

    def _finish(self, status: int) -> None:
        self.clock.pause()
        if self._trained is not None:
            self.write(PhaseRecord("trained", self._trained - self._begun))
        self.watch.finish()
        self.queues.end()
        self.loops.finish()
        self._refresh()
        if self.subset is not None:
            self._guarded("subset", self.subset.finish)
        if self._numerics is not None and not self._crash_frames:
            self._guarded("numerics", functools.partial(self._numerics.finish, status))
        self.phase("ended", status)

    def _loop_left(self, record: LoopRecord) -> None:
        with self.clock.paused():
            self.write(record)
            if record.kind == "training" and self.subset is not None and self.loops.on:
                self.subset.training_left()
            if record.kind in ("training", "epoch"):
                self._trained = time.monotonic()
                self._guarded("update", self.watch.settle)
            if time.monotonic() - self._refreshed > REFRESH_SECONDS:
                self._refresh()

    def _refresh(self) -> None:
        self._guarded("coverage", self._write_coverage)
        self._guarded("write", self._write_ledger)
        self._refreshed = time.monotonic()

    def _write_coverage(self) -> None:
        files = [file.coverage for file in self.instrumenter.files.values()]
        self.write(summarise(files, self._crash_frames))

    def _write_ledger(self) -> None:
        if self._containment is not None:
            for record in self._containment.ledger():
                path = os.path.join(os.path.realpath(self.brief.program.cwd), record.path)
                self.write(dataclasses.replace(record, places=self.openings.places(path)))

    def _guarded(self, what: str, action: Callable[[], None]) -> None:
        """A fault of ours never ends the user's run: it is put on record instead."""
        try:
            action()
        except Exception as fault:
            self.write(SkipRecord(what, f"could not be recorded: {type(fault).__name__}: {fault}"))

    def phase(self, phase: str, status: int | None = None) -> None:
        self.write(PhaseRecord(phase, time.monotonic() - self._begun, status))

    def write(self, record: Record) -> None:
        self._writer.write(record)
        if self.seen is not None:
            self.seen.append(record)


def _exit_status(leaving: SystemExit) -> int:
    """The status Python ends with; like Python, other objects than numbers are printed."""
    if leaving.code is None:
        return 0
    if isinstance(leaving.code, int):
        return leaving.code & 0xFF
    print(leaving.code, file=sys.stderr)
    return 1


def main(payload: dict[str, Any]) -> int:
    """Entry point of the child; ``payload`` is a :class:`Brief` as a dict."""
    return Rehearsed(Brief.from_payload(payload)).run()
