"""``trialrun numerics determinism`` on a script: its first updates in fresh processes, variables varied."""

from __future__ import annotations

import contextlib
import json
import math
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from trialrun.errors import InternalError
from trialrun.evidence.numerics import NumericsResult, Options
from trialrun.rehearsal import measuring_scripts
from trialrun.stages.brief import Measurement
from trialrun.target.job import Job
from trialrun.target.program import Program
from trialrun.target.supervise import Supervisor

NAME = "determinism"
THREADS = (1, 2)
TICK_S = 0.1


def run(program: Program, options: Options, folder: Path, seconds: float) -> NumericsResult:
    """The verdict on ``options.steps`` updates of ``program``, twice a thread count and once with another hash seed.

    Raises:
        ScriptError: the script crashed; its own words are repeated.
        InternalError: a fault of trialrun's own.
    """
    begun = time.monotonic()
    threads = options.threads or THREADS
    plan = [(count, "0") for count in threads for _ in range(2)] + [(threads[0], "1")]
    runs: list[str] = []
    for number, (count, hash_seed) in enumerate(plan):
        left = max(1.0, seconds - (time.monotonic() - begun))
        answer = folder / f"{NAME}-{number}.pt"
        measurement = Measurement(NAME, options.payload(), str(answer))
        with _variables(count, hash_seed), Supervisor(()) as supervisor:
            refused = measuring_scripts.attempt(supervisor, program, measurement, folder, left, cold=True)
        if refused is not None:
            return refused
        runs.append(str(answer))
    result = _judged(runs, program.name, folder)
    for path in runs:
        os.unlink(path)
    return replace(result, seconds=time.monotonic() - begun, expect=options.expect)


@contextlib.contextmanager
def _variables(threads: int, hash_seed: str) -> Iterator[None]:
    """What a fresh process reads when it starts, set for those that are started meanwhile."""
    wanted = {"OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads), "PYTHONHASHSEED": hash_seed}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _judged(runs: list[str], name: str, folder: Path) -> NumericsResult:
    answer, errors = folder / "verdict.json", folder / "stderr-verdict.log"
    payload = {"runs": runs, "name": name, "result": str(answer)}
    with Supervisor(()) as supervisor:
        job = Job("trialrun.numerics.same_seed.scripts:judge", payload, folder / "stdout.log", errors, cold=True)
        supervisor.start(job).wait(math.inf, lambda: None, TICK_S)
    if not answer.exists():
        raise InternalError(f"The runs could not be compared: see {errors}.")
    told = json.loads(answer.read_text(encoding="utf-8"))
    answer.unlink()
    return NumericsResult.from_payload(told)
