"""A program run through the instrumenter in this process, its events made by plain function calls."""

from __future__ import annotations

import contextlib
import io
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from trialrun.evidence.program import LoopRecord
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
    error: BaseException | None = None

    def role(self, line: int) -> str | None:
        """Role of the loop on ``line`` (1-based)."""
        return next(site.role for site in self.loops.sites if site.where.line == line)


def conduct(source: str, policy: Policy | None = None) -> Conducted:
    """Run ``source`` instrumented. It may call step(n), backward(), model(gradient=True, training=True), position."""
    records: list[LoopRecord] = []
    loops = Loops(policy or Policy(), records.append)
    instrumenter = Instrumenter(loops)
    instrumenter.install()
    position = Position(loops, instrumenter)

    def step(optimiser: int = 0) -> None:
        position.update(optimiser)

    def backward() -> None:
        position.backward()

    def model(gradient: bool = True, training: bool = True) -> None:
        position.model_call(gradient, training)

    namespace: dict[str, Any] = {
        "__name__": "__main__",
        "step": step,
        "backward": backward,
        "model": model,
        "position": position,
    }
    code = instrumenter.compile(textwrap.dedent(source), "program.py", "program.py")
    out = io.StringIO()
    result = Conducted([], namespace, loops, instrumenter, records)
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
