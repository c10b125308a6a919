"""The runs of a plan: each in a process of its own, or all in this one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import torch

from trialrun.errors import UsageError
from trialrun.evidence.numerics import Options
from trialrun.numerics.same_seed.following import followed
from trialrun.numerics.same_seed.judging import Configuration, Run
from trialrun.numerics.subject import Subject, UnsupportedError
from trialrun.numerics.training import made_afresh

AT_ONCE = 2  # processes
_LAST_LINES = 12  # of what a process that died had to say


def in_this_process(subject: Subject, options: Options, plan: list[Configuration]) -> list[Run]:
    """One after the other; the thread count is left as the last one set it."""
    made = []
    for configuration in plan:
        torch.set_num_threads(configuration.threads)
        made.append(followed(made_afresh(subject, options.seed), options.steps, configuration))
    return made


def in_processes(subject: Subject, options: Options, plan: list[Configuration]) -> list[Run]:
    """Each in a fresh process, started from the working directory with this one's import path.

    Raises UnsupportedError where the factory or the training raises, or a process dies.
    """
    with tempfile.TemporaryDirectory(prefix="trialrun-determinism-") as folder, ThreadPoolExecutor(AT_ONCE) as pool:
        started = [
            pool.submit(_run, subject.factory, options, configuration, Path(folder) / str(number))
            for number, configuration in enumerate(plan)
        ]
        return [each.result() for each in started]


def _run(target: str, options: Options, configuration: Configuration, folder: Path) -> Run:
    folder.mkdir()
    payload = {
        "target": target,
        "seed": options.seed,
        "steps": options.steps,
        "threads": configuration.threads,
        "hash_seed": configuration.hash_seed,
        "result": str(folder / "result.json"),
        "kept": str(folder / "kept.pt"),
    }
    (folder / "payload.json").write_text(json.dumps(payload), encoding="utf-8")
    threads = str(configuration.threads)
    environment = {
        **os.environ,
        "PYTHONHASHSEED": configuration.hash_seed,
        "OMP_NUM_THREADS": threads,
        "MKL_NUM_THREADS": threads,
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
    command = [sys.executable, "-m", "trialrun.numerics.same_seed.child", str(folder / "payload.json")]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, errors="replace", check=False)
    if not (folder / "result.json").exists():
        refusal = UnsupportedError(f"a run of {target} ended with exit status {ended.returncode} before it was done")
        refusal.lines = tuple(ended.stderr.splitlines()[-_LAST_LINES:])
        raise refusal
    answer: dict[str, Any] = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    if "error" in answer:
        raise UsageError(answer["error"])
    if "unsupported" in answer:
        refusal = UnsupportedError(answer["unsupported"])
        refusal.lines = tuple(answer["lines"])
        raise refusal
    return Run.from_payload(answer["run"], torch.load(folder / "kept.pt"))
