"""The child's side: load the target, make the experiment, leave its result as JSON. One process a configuration."""

from __future__ import annotations

import importlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from trialrun.capture import numeric_settings
from trialrun.errors import UsageError
from trialrun.evidence.numerics import NumericsResult, Options, Verdict
from trialrun.numerics import factory
from trialrun.numerics.subject import Subject, UnsupportedError
from trialrun.numerics.surroundings import undisturbed

# Name of an experiment -> the module of this package whose `experiment(subject, options)` makes it.
EXPERIMENTS = {
    "accum": "accumulation.equivalence",
    "associativity": "sum_order",
    "batch": "batch_invariance",
    "determinism": "same_seed",
    "resume": "resuming",
    "workers": "streams",
}


def main(payload: dict[str, Any]) -> int:
    """Entry point of the child.

    ``payload``: ``experiment``, ``target`` (PKG.MODULE:FACTORY), ``options``, ``result`` (path of the JSON file that
    is left), ``cwd``.
    """
    os.chdir(payload["cwd"])
    try:
        subject = factory.load(payload["target"])
        result = make(payload["experiment"], subject, Options.from_payload(payload["options"]))
        answer: dict[str, Any] = {"result": result.payload()}
    except UsageError as error:
        answer = {"error": str(error)}
    Path(payload["result"]).write_text(json.dumps(answer), encoding="utf-8")
    return 0


def describe(payload: dict[str, Any]) -> int:
    """Entry point of a child that only tells what results depend on here, into the JSON file ``result``."""
    Path(payload["result"]).write_text(json.dumps(numeric_settings.read()), encoding="utf-8")
    return 0


def make(experiment: str, subject: Subject, options: Options) -> NumericsResult:
    """The result of ``experiment`` on ``subject``; what cannot be measured is UNSUPPORTED, with the reason.

    The global random generators are afterwards where they were.
    """
    run: Callable[[Subject, Options], NumericsResult]
    run = importlib.import_module(f"trialrun.numerics.{EXPERIMENTS[experiment]}").experiment
    begun = time.monotonic()
    with undisturbed():
        torch.manual_seed(options.seed)
        try:
            result = run(subject, options)
        except UnsupportedError as refusal:
            result = NumericsResult(experiment, subject.name, Verdict.UNSUPPORTED, str(refusal), summary=refusal.lines)
    found = numeric_settings.read()  # as the target has set it
    return replace(result, seconds=time.monotonic() - begun, expect=options.expect, environment=found)
