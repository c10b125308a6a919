"""A program run through the instrumenter in this process, its events made by plain function calls."""

from __future__ import annotations

import contextlib
import io
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from trialrun.evidence import Evidence
from trialrun.evidence.program import LoopRecord
from trialrun.evidence.records import Record
from trialrun.target.clock import Clock
from trialrun.target.instrument import Instrumenter
from trialrun.target.loops import Loops
from trialrun.target.policy import Policy
from trialrun.target.position import Position


@dataclass
class Conducted:
    """What a program did."""

    printed: list[str]
    namespace: dict[str, Any]
    loops: Loops
    instrumenter: Instrumenter
    records: list[LoopRecord] = field(default_factory=list)
    clocked: list[Record] = field(default_factory=list)
    error: BaseException | None = None

    def role(self, line: int) -> str | None:
        """Role of the loop on ``line`` (1-based)."""
        return next(site.role for site in self.loops.sites if site.where.line == line)

    @property
    def times(self) -> Evidence:
        """What the clock has written, later records in place of earlier ones."""
        return Evidence.gather(self.clocked)


class Lamp:
    """Watching that can be paused."""

    def __init__(self) -> None:
        self.resting = False

    def pause(self) -> Callable[[], None]:
        was, self.resting = self.resting, True

        def resume() -> None:
            self.resting = was

        return resume


def conduct(source: str, policy: Policy | None = None) -> Conducted:
    """Run ``source`` instrumented. It may call step(n), backward(), model(gradient=True, training=True), position.

    ``spend(seconds)`` moves the clock on without waiting; ``work(seconds)`` does so twice as far while watched.
    """
    records: list[LoopRecord] = []
    clocked: list[Record] = []
    clock = Clock(clocked.append)
    lamp, spent = Lamp(), [0.0]
    clock.watching = lamp
    clock.ours = lambda: -spent[0]
    loops = Loops(policy or Policy(), records.append, clock)
    instrumenter = Instrumenter(loops)
    instrumenter.install()
    position = Position(loops, instrumenter)

    def step(optimiser: int = 0) -> None:
        position.update(optimiser)

    def backward() -> None:
        position.backward()

    def model(gradient: bool = True, training: bool = True) -> None:
        position.model_call(gradient, training)

    def spend(seconds: float) -> None:
        spent[0] += seconds

    def work(seconds: float) -> None:
        spent[0] += seconds if lamp.resting else 2 * seconds

    namespace: dict[str, Any] = {
        "__name__": "__main__",
        "step": step,
        "backward": backward,
        "model": model,
        "position": position,
        "spend": spend,
        "work": work,
        "lamp": lamp,
        "clock": clock,
    }
    code = instrumenter.compile(textwrap.dedent(source), "program.py", "program.py")
    out = io.StringIO()
    result = Conducted([], namespace, loops, instrumenter, records, clocked)
    clock.started()
    with contextlib.redirect_stdout(out):
        try:
            exec(code, namespace)
        except BaseException as error:
            result.error = error
    loops.finish()
    result.printed = out.getvalue().splitlines()
    return result


@pytest.fixture
def run_program() -> Callable[..., Conducted]:
    return conduct
