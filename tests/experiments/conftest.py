"""A program run twice in this process: bare, and with one window of it repeated by an experiment."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import sys
import textwrap
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import torch

from tests.experiments.portrait import Portrait, portrait
from trialrun.capture.sources.functions import operation_name
from trialrun.evidence.program import SkipRecord
from trialrun.evidence.records import Record
from trialrun.evidence.repeats import RestoreRecord
from trialrun.experiments.initial import Initial
from trialrun.experiments.plan import Experiment, Variant
from trialrun.experiments.reading import Reading
from trialrun.experiments.repeats import Repeats
from trialrun.experiments.setting import Setting
from trialrun.stages.attach import Watch
from trialrun.stages.quiet import Quiet
from trialrun.target.instrument import Instrumenter
from trialrun.target.loops import Loops
from trialrun.target.policy import Policy
from trialrun.target.position import Position
from trialrun.target.queues import Queues

NAME = "repeated_program"  # of the module that a program is run as


@dataclass
class Run:
    """What a program did: its ``look()``s but for those while a window was repeated, its output, its last error."""

    portraits: list[Portrait] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)
    error: BaseException | None = None
    final: Portrait = field(default_factory=dict)


@dataclass
class Repeated(Run):
    """What came of repeating a window as well."""

    bare: Run = field(default_factory=Run)
    records: list[Record] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    as_it_was: list[bool] = field(default_factory=list)  # of what is learned, after the control
    setting: Setting | None = None

    @property
    def restored(self) -> RestoreRecord:
        """The one record of how everything was put back."""
        (record,) = [record for record in self.records if isinstance(record, RestoreRecord)]
        return record

    @property
    def faults(self) -> list[str]:
        return [record.reason for record in self.records if isinstance(record, SkipRecord)]

    @property
    def losses(self) -> list[float | None]:
        return [reading.loss for reading in self.readings]

    def compare(self) -> None:
        """Nothing in either run tells that a window was repeated in one of them."""
        assert (self.error, self.bare.error) == (None, None)
        assert self.given_up == [] and self.faults == []
        assert self.restored.identical, self.restored.differing
        assert len(self.portraits) == len(self.bare.portraits) > 0
        for number, (one, other) in enumerate(zip(self.bare.portraits, self.portraits, strict=True)):
            assert one == other, f"look {number}"
        assert self.bare.final == self.final
        assert self.printed == self.bare.printed

    def learns(self) -> None:
        """The window led to the same weights again, and repeating it with what was learned lowers its loss."""
        assert not [reading.error for reading in self.readings if reading.error]
        assert self.as_it_was and all(self.as_it_was)
        control, first, second, third, again = self.losses
        assert None not in self.losses
        assert control == again  # the very same, from the very same state
        assert first is not None and second is not None and third is not None
        assert third < second < first


def five_runs(repeated: Repeated, setting: Setting) -> Experiment:
    """The window as it was, three repeats of it that go on learning, and the window as it was once more."""
    repeated.setting = setting
    repeated.readings.append((yield Variant(fresh=True)))
    repeated.as_it_was = [content.is_near(0.0) for content in setting.now.learned]
    repeated.readings.append((yield Variant(fresh=True, regularised=False, detail=True)))
    repeated.readings.append((yield Variant(regularised=False, detail=True)))
    repeated.readings.append((yield Variant(regularised=False)))
    repeated.readings.append((yield Variant(fresh=True)))


Runs = Callable[[Repeated, Setting], Experiment]


def _execute(code: types.CodeType, run: Run, repeating: Callable[[], bool], file: str) -> None:
    module = types.ModuleType(NAME)
    module.__file__ = file

    def look() -> None:
        if not repeating():
            run.portraits.append(portrait(sys._getframe(1)))

    vars(module)["look"] = look
    sys.modules[NAME] = module
    out = io.StringIO()
    final = compile("import sys as _sys; _frame = _sys._getframe()", file, "exec")
    try:
        with contextlib.redirect_stdout(out):
            exec(code, vars(module))
    except BaseException as error:
        run.error = error.with_traceback(None)
    finally:
        exec(final, vars(module))
        frame = vars(module).pop("_frame")
        run.final = portrait(frame)
        del frame
        run.printed = out.getvalue().splitlines()
        del sys.modules[NAME]
        vars(module).clear()
        gc.collect()


class Bench:
    """Runs programs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = str(folder / "program.py")

    def __call__(self, source: str, runs: Runs = five_runs, policy: Policy | None = None) -> Repeated:
        """``source``, in which ``look()`` takes a portrait, bare and with ``runs`` on one of its windows."""
        text = textwrap.dedent(source)
        repeated = Repeated()
        _execute(compile(text, self.file, "exec"), repeated.bare, lambda: False, self.file)
        loops = Loops(policy or Policy(cut=frozenset()), repeated.records.append)
        instrumenter = Instrumenter(loops)
        instrumenter.install()
        position = Position(loops, instrumenter)
        quiet = Quiet(loops, instrumenter, self.folder, lambda: None)
        watch = Watch(position, repeated.records.append, None, lambda: None, lambda: None, cutting=False)

        def hold() -> Callable[[], None]:
            end, resume = quiet(), watch.pause()

            def release() -> None:
                end()
                resume()

            return release

        initial = Initial()
        initial.attach()
        repeats = loops.repeater = Repeats(
            position=position,
            is_own=loops.knows,
            experiment=lambda setting: runs(repeated, setting),
            hold=hold,
            write=repeated.records.append,
            give_up=repeated.given_up.append,
            compiled=lambda: watch.compiled,
            initial=initial,
        )
        code = instrumenter.compile(text, self.file, "program.py")
        queues = Queues(loops)
        watch.attach()
        queues.watch()
        try:
            _execute(code, repeated, lambda: repeats.repeating, self.file)
        finally:
            initial.detach()
            watch.finish()
            queues.end()
            loops.finish()
            os.close(quiet._log)  # a child holds it open until it ends
            operation_name.cache_clear()  # it would keep all of this alive, and the next program is searched for it
        return repeated


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture(autouse=True, scope="package")
def _alone() -> Iterator[None]:
    """What lives in this process already is no program's: neither searched for models nor collected each time."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(autouse=True)
def _single_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
