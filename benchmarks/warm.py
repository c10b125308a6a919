"""Rehearsals in a row from warm processes: torch is imported once a job, and each rehearsal is a fork of it."""

from __future__ import annotations

import json
import multiprocessing
import multiprocessing.util
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from trialrun.rehearsal import plan
from trialrun.rehearsal.plan import PRELOAD
from trialrun.rehearsal.settings import Settings
from trialrun.report.progress import Quiet
from trialrun.target.supervise import Supervisor

STAGES = Settings.stages  # all that are built
T = TypeVar("T")
R = TypeVar("R")
_SUPERVISOR: list[Supervisor] = []  # this process's own


def rehearse_warm(
    supervisor: Supervisor,
    target: Sequence[str],
    cwd: Path,
    *,
    stages: tuple[str, ...] = STAGES,
    budget_s: float = 120.0,
) -> dict[str, Any]:
    """The report of rehearsing ``target`` (a script or -m and a module, and arguments), its run folder removed."""
    is_module = target[0] == "-m"
    out = Path(tempfile.mkdtemp(prefix="rehearsal-"))
    settings = Settings(
        None if is_module else target[0],
        target[1] if is_module else None,
        tuple(target[2:] if is_module else target[1:]),
        stages=stages,
        budget_s=budget_s,
        out=out / "run",
    )
    before = Path.cwd()
    os.chdir(cwd)
    try:
        plan.rehearse(settings, Quiet(sys.stderr), supervisor)
        report: dict[str, Any] = json.loads((out / "run" / "report.json").read_text(encoding="utf-8"))
        return report
    finally:
        os.chdir(before)
        shutil.rmtree(out, ignore_errors=True)


def own() -> Supervisor:
    """The warm process of this job."""
    return _SUPERVISOR[0]


def _begin() -> None:
    supervisor = Supervisor(PRELOAD)
    _SUPERVISOR.append(supervisor.__enter__())
    multiprocessing.util.Finalize(None, supervisor.__exit__, args=(None, None, None), exitpriority=10)


def spread(work: Callable[[T], R], items: Iterable[T], jobs: int) -> Iterator[R]:
    """``work`` of each item, in their order, by so many jobs at a time; each has a warm process, see :func:`own`."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin) as pool:
        yield from pool.map(work, items)
