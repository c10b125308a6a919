"""What runs inside the child of ``trialrun numerics ... -- SCRIPT``: the script to its end, then the experiment."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from trialrun.evidence.numerics import NumericsResult, Options, Verdict
from trialrun.numerics import process
from trialrun.numerics.calls import ModelCalls
from trialrun.numerics.subject import UnsupportedError
from trialrun.stages.brief import Measurement

if TYPE_CHECKING:
    from trialrun.stages.child import Rehearsed


class NumericsRun:
    """One experiment on the model and a batch of the script that ``child`` runs."""

    def __init__(self, child: Rehearsed, plan: Measurement) -> None:
        self._child = child
        self._plan = plan
        self._answer = child.answer
        self._calls = child.watch.add(lambda watch, taints: ModelCalls())

    def finish(self) -> None:
        """The script has ended and nothing is watched any more: measure, and leave the result."""
        options = Options.from_payload(self._plan.options)
        end = self._child.quiet()
        try:
            result = self._measured(options)
        finally:
            end()
        with os.fdopen(self._answer, "w", encoding="utf-8", closefd=False) as file:
            json.dump({"result": result.payload()}, file)

    def _measured(self, options: Options) -> NumericsResult:
        name = self._child.brief.program.name
        try:
            if self._calls is None:
                raise UnsupportedError(f"{name} does not use torch")
            self._calls.detach()
            subject = self._calls.subject(name)
        except UnsupportedError as refusal:
            return NumericsResult(
                self._plan.experiment, name, Verdict.UNSUPPORTED, str(refusal), refusal.lines, expect=options.expect
            )
        return process.make(self._plan.experiment, subject, options)
