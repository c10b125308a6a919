"""``trialrun numerics``: one process a configuration, their results as one, and what is left in the run folder."""

from __future__ import annotations

import json
import math
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from trialrun.errors import InternalError, UsageError
from trialrun.evidence.environment_columns import columns
from trialrun.evidence.numerics import NumericsResult, Options, Verdict, worst
from trialrun.rehearsal import measuring_loops, measuring_scripts, measuring_seeds, reproducing, run_folder
from trialrun.report.numerics import output, plots
from trialrun.stages.brief import Measurement
from trialrun.target import program as programs
from trialrun.target.job import Job
from trialrun.target.program import Program
from trialrun.target.supervise import Supervisor

PRELOAD = ("torch", "trialrun.numerics.process")
SCRIPT_PRELOAD = ("torch", "torch._dynamo", "trialrun.stages.child", "trialrun.capture.session")
TICK_S = 0.1


@dataclass(frozen=True)
class MeasureSettings:
    """What ``trialrun numerics`` was asked for."""

    experiment: str
    target: str  # PKG.MODULE:FACTORY, or a script
    argv: tuple[str, ...]  # of the script
    options: Options
    budget_s: float = 600.0
    command: tuple[str, ...] = ()  # the whole command line, for reproduce.sh; empty: there was none
    out: Path | None = None  # default: .trialrun/<time>-<experiment>-<factory>/


def measure(settings: MeasureSettings) -> tuple[NumericsResult, Path]:
    """The result, and the folder with it and with what the target printed.

    Raises:
        UsageError: there is no such target, or a factory raised an exception or returned no model and batch.
        ScriptError: the script crashed.
        InternalError: a fault of trialrun's own.
    """
    begun = time.monotonic()
    if meant := _factory_by_path(settings.target):
        raise UsageError(f"{settings.target!r} is the path of a file, and no factory. Did you mean {meant!r}?")
    if is_factory(settings.target):
        name, program = settings.target.replace(":", "-").replace(".", "-"), None
        if settings.argv:
            told = f"{settings.target!r} is a factory and takes no arguments: {' '.join(settings.argv)!r}."
            hint = " Options go in front of it." if settings.argv[0].startswith("-") else ""
            raise UsageError(f"{told}{hint}")
    else:
        program = programs.resolve(settings.target, None, settings.argv)
        name = program.stem
    folder = run_folder.create(settings.out, f"{settings.experiment}-{name}", Path.cwd())
    if program is not None and settings.experiment in measuring_loops.OF_LOOPS:
        result = measuring_loops.run(settings.experiment, program, settings.options, folder, settings.budget_s)
    elif program is not None and settings.experiment == measuring_seeds.NAME:
        result = measuring_seeds.run(program, settings.options, folder, settings.budget_s)
    else:
        result = _measured(settings, program, folder, begun)
    return _left(result, settings, folder), folder


def _measured(settings: MeasureSettings, program: Program | None, folder: Path, begun: float) -> NumericsResult:
    """On what the target's model was given, in a process for each precision."""
    results = []
    with Supervisor(PRELOAD if program is None else SCRIPT_PRELOAD) as supervisor:
        for precision in settings.options.fp32_precision:
            left = max(1.0, settings.budget_s - (time.monotonic() - begun))
            options = replace(settings.options, fp32_precision=(precision,))
            if program is None:
                results.append(_of_factory(supervisor, settings, options, folder, left))
            else:
                plan = Measurement(settings.experiment, options.payload(), str(_answer(settings, options, folder)))
                results.append(measuring_scripts.run(supervisor, program, plan, folder, left))
    return merged(results, settings.options.fp32_precision)


def _left(result: NumericsResult, settings: MeasureSettings, folder: Path) -> NumericsResult:
    """The result with the environment in its rows, as it is left in the run folder."""
    environment = reproducing.record(result.environment, Path.cwd())
    last = columns(environment["settings"], settings.options.seed)
    rows = tuple({**row, **last} for row in result.rows)
    result = replace(result, environment=environment["settings"], rows=rows)
    (folder / "result.json").write_text(output.text_of(result), encoding="utf-8")
    reproducing.leave(environment, folder, settings.command, os.getcwd())
    if settings.experiment == "batch":
        plots.leave(result, folder)
    return result


def is_factory(target: str) -> bool:
    """Whether ``target`` is PKG.MODULE:FACTORY and no path of a script."""
    module, colon, function = target.rpartition(":")
    dotted = [*module.split("."), *function.split(".")]
    return bool(colon) and all(part.isidentifier() for part in dotted) and not Path(target).exists()


def _factory_by_path(target: str) -> str:
    """PKG.MODULE:FACTORY for one that was written with the path of its file, as in models/net.py:make; else ""."""
    path, _, function = target.rpartition(":")
    meant = f"{'.'.join(Path(path.removesuffix('.py')).parts)}:{function}"
    by_path = path.endswith(".py") or "/" in path
    return meant if by_path and is_factory(meant) and not Path(target).exists() else ""


def _answer(settings: MeasureSettings, options: Options, folder: Path) -> Path:
    path = folder / f"{settings.experiment}-{options.fp32_precision[0]}.json"
    path.unlink(missing_ok=True)
    return path


def _of_factory(
    supervisor: Supervisor, settings: MeasureSettings, options: Options, folder: Path, seconds: float
) -> NumericsResult:
    answer = _answer(settings, options, folder)
    payload = {
        "experiment": settings.experiment,
        "target": settings.target,
        "options": options.payload(),
        "result": str(answer),
        "cwd": os.getcwd(),
    }
    job = Job("trialrun.numerics.process:main", payload, folder / "stdout.log", folder / "stderr.log")
    child = supervisor.start(job)
    ended = child.wait(seconds, lambda: None, TICK_S)
    if ended.timed_out:
        child.stop()
        reason = f"It had not ended after {seconds:.0f} s; a longer --budget SECONDS or a smaller batch may help."
        return NumericsResult(settings.experiment, settings.target, Verdict.INCONCLUSIVE, reason, expect=options.expect)
    if not answer.exists():
        raise _failed(folder, settings.target, ended.signal)
    told = json.loads(answer.read_text(encoding="utf-8"))
    answer.unlink()
    if "error" in told:
        raise UsageError(told["error"])
    return NumericsResult.from_payload(told["result"])


def _failed(folder: Path, target: str, signal: int | None) -> Exception:
    """Why a child left no answer: the target ended its process, or a fault of ours."""
    path = folder / "stderr.log"
    lines = path.read_text(errors="replace").strip().splitlines() if path.exists() else []
    if signal is not None:
        return UsageError(f"{target}: its process was ended by signal {signal}, in native code or for want of memory.")
    if not lines or "Error" not in lines[-1]:
        return UsageError(f"{target} left the process by itself (sys.exit or os._exit) before anything was measured.")
    return InternalError(f"The child process failed: {lines[-1]}. See {path}.")


def merged(results: Sequence[NumericsResult], names: Sequence[str]) -> NumericsResult:
    """Several configurations of one experiment as one result: the worst verdict, and every row."""
    if len(results) == 1:
        return results[0]
    verdict = worst([result.verdict for result in results])
    told = next(result for result in results if result.verdict is verdict)
    return replace(
        told,
        reason=" ".join(f"[{name}] {result.reason}" for name, result in zip(names, results, strict=True)),
        summary=tuple(
            f"[{name}] {line}" for name, result in zip(names, results, strict=True) for line in result.summary
        ),
        facts={name: result.facts for name, result in zip(names, results, strict=True)},
        rows=tuple(row for result in results for row in result.rows),
        seconds=sum(result.seconds for result in results),
    )


def settings_here() -> dict[str, str]:
    """What of torch, its settings and this machine results depend on, read by a process of its own.

    Raises InternalError where torch could not be imported.
    """
    with tempfile.TemporaryDirectory(prefix="trialrun-") as folder, Supervisor(()) as supervisor:
        answer, errors = Path(folder, "settings.json"), Path(folder, "stderr.log")
        payload = {"result": str(answer)}
        job = Job("trialrun.numerics.process:describe", payload, Path(folder, "stdout.log"), errors, cold=True)
        supervisor.start(job).wait(math.inf, lambda: None, TICK_S)
        if not answer.exists():
            told = errors.read_text(errors="replace").strip().splitlines()
            raise InternalError(f"torch could not be described: {told[-1] if told else 'no message'}.")
        return dict(json.loads(answer.read_text(encoding="utf-8")))
