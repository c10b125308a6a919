"""What runs inside the child of ``trialrun numerics ... -- SCRIPT``: the script to its end, then the experiment."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from trialrun.evidence.numerics import NumericsResult, Options, Verdict
from trialrun.numerics import process
from trialrun.numerics.calls import ModelCalls
from trialrun.numerics.same_seed.scripts import Followed
from trialrun.numerics.subject import UnsupportedError
from trialrun.stages.brief import Measurement

if TYPE_CHECKING:
    from trialrun.stages.child import Rehearsed

DETERMINISM = "determinism"  # of a script: what each update leaves is compared with that of other processes


class NumericsRun:
    """One experiment on the script that ``child`` runs: on its model and a batch of it, or on its updates."""

    def __init__(self, child: Rehearsed, plan: Measurement) -> None:
        self._child = child
        self._plan = plan
        self._options = Options.from_payload(plan.options)
        self._calls: ModelCalls | None = None
        self._followed: Followed | None = None
        if plan.experiment == DETERMINISM:
            self._followed = child.watch.add(lambda watch, taints: Followed(self._options.steps))
        else:
            self._calls = child.watch.add(lambda watch, taints: ModelCalls())

    def finish(self, status: int) -> None:
        """The script has ended with ``status`` and nothing is watched any more: measure, and leave the result."""
        if self._followed is not None:
            self._leave(self._followed.packed())
            return
        end = self._child.quiet()
        try:
            result = self._measured(status)
        finally:
            end()
        self._leave(json.dumps({"result": result.payload()}).encode())

    def _leave(self, answer: bytes) -> None:
        with os.fdopen(self._child.answer, "wb", closefd=False) as file:
            file.write(answer)

    def _measured(self, status: int) -> NumericsResult:
        name = self._child.brief.program.name
        try:
            if self._calls is None:
                raise UnsupportedError(f"{name} does not use torch")
            self._calls.detach()
            subject = self._calls.subject(name)
        except UnsupportedError as refusal:
            left = f"; it left with status {status}, its own words are in stderr.log" if status else ""
            reason, expect, lines = f"{refusal}{left}", self._options.expect, refusal.lines
            return NumericsResult(self._plan.experiment, name, Verdict.UNSUPPORTED, reason, lines, expect=expect)
        return process.make(self._plan.experiment, subject, self._options)
