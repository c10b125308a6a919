"""A real, small conductor for tests, and a capture around a function."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sized
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
import torch

from trialrun.capture.session import Capture
from trialrun.evidence import Evidence
from trialrun.evidence.place import Where

HERE = str(Path(__file__).parent)
T = TypeVar("T")


@dataclass(eq=False)
class LoopSite:
    """A loop of a test's own."""

    where: Where
    length: int | None
    role: str | None = None


@dataclass(eq=False)
class RunningLoop:
    """One entry of it."""

    kind: str
    site: LoopSite
    item: object = None
    index: int = 0
    jumped: bool = False


class Conductor:
    """A ``Position`` that the test's own loops inform: ``for item in conductor.training(items)``."""

    def __init__(self) -> None:
        self.backwards = 0
        self.updates: list[int] = []
        self.model_calls: list[tuple[bool, bool]] = []
        self._loops: list[RunningLoop] = []
        self._sites: dict[Where, LoopSite] = {}
        self.is_guarded = False

    def where(self) -> Where | None:
        frame: Any = sys._getframe(1)
        while frame is not None:
            path = frame.f_code.co_filename
            if path.startswith(HERE) and not path.endswith("conftest.py"):
                return Where(Path(path).name, frame.f_lineno, frame.f_code.co_name)
            frame = frame.f_back
        return None

    def training(self, items: Iterable[T]) -> Iterator[T]:
        return self._loop("training", items)

    def evaluation(self, items: Iterable[T]) -> Iterator[T]:
        return self._loop("evaluation", items)

    def _loop(self, kind: str, items: Iterable[T]) -> Iterator[T]:
        where = self.where()
        assert where is not None
        site = self._sites.setdefault(where, LoopSite(where, None))
        site.role = kind
        site.length = len(items) if isinstance(items, Sized) else None
        loop = RunningLoop(kind, site)
        for item in items:
            loop.item, loop.index = item, loop.index + 1
            self._loops.append(loop)
            try:
                yield item
            finally:
                self._loops.pop()

    def backward(self) -> None:
        self.backwards += 1

    def update(self, optimiser: int) -> None:
        self.updates.append(optimiser)

    def model_call(self, grad_enabled: bool, training: bool) -> None:
        self.model_calls.append((grad_enabled, training))

    def in_training_loop(self) -> bool:
        return bool(self._loops) and self._loops[-1].kind == "training"

    def evaluation_loop(self) -> Where | None:
        return self._loops[-1].site.where if self._loops and self._loops[-1].kind == "evaluation" else None

    def item(self) -> object | None:
        return next((loop.item for loop in reversed(self._loops) if loop.kind == "training"), None)

    def in_loop(self) -> bool:
        return bool(self._loops)

    def loops(self) -> list[RunningLoop]:
        return self._loops[::-1]

    def guarded(self) -> bool:
        return self.is_guarded


class Watched:
    """Runs ``program(conductor)`` under capture; its records are in ``records`` and, gathered, in ``evidence``."""

    def __init__(self, hooked_steps: int | None = None) -> None:
        self.conductor = Conductor()
        self.records: list[Any] = []
        self.capture = Capture(self.conductor, self.records.append, hooked_steps)
        self.error: Exception | None = None
        self.result: Any = None

    def run(self, program: Callable[[Conductor], Any]) -> Watched:
        self.capture.attach()
        try:
            self.result = program(self.conductor)
        except Exception as error:
            self.error = error
        finally:
            self.capture.detach()
        self.capture.finish()
        return self

    @property
    def evidence(self) -> Evidence:
        return Evidence.gather(self.records)

    @property
    def faults(self) -> list[str]:
        """Reasons of our own faults: none in any test that is not about them."""
        return [record.reason for record in self.evidence.skip if "failed" in record.reason]


@pytest.fixture
def watched() -> Callable[..., Watched]:
    """``watched(program)``: the evidence of a program, which ran to its end without a fault of ours."""

    def run(program: Callable[[Conductor], Any], hooked_steps: int | None = None) -> Watched:
        run = Watched(hooked_steps).run(program)
        assert run.faults == []
        if run.error is not None:
            raise run.error
        return run

    return run


@pytest.fixture(autouse=True)
def _single_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    yield
    torch.set_num_threads(threads)
