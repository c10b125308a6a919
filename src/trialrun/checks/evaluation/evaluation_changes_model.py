"""Evaluation leaves the model other than it found it, and training goes on with that.

## Why is this bad?

A model that learns from the data it is measured on is measured too well: validation no longer tells how it does on new
data, and early stopping and the choice of settings follow a number that means nothing. Statistics of a module's own
that move in eval mode take in the held-out data in the same way, and make results depend on how often one evaluates.

## Fix

No `backward()` and no `optimizer.step()` in an evaluation loop; wrap it in `torch.no_grad()`. A buffer that `forward`
updates is updated under `if self.training:` alone.

## Limits

Looked at is a model that is trained in train mode, then runs in eval mode in calls of their own whose output meets a
target, and is then trained further: only what those calls changed, and what was still so when training went on, counts.
Weights swapped in and back (EMA), noise taken back, a state loaded or reset are none; nor is a change by an optimiser
that does not train the model elsewhere (test-time adaptation, a step on the architecture), nor one in the training loop
itself. BatchNorm's statistics are EVA701's, and caches that training leaves alone are passed over. An error when the
optimiser that trains the model stepped it in eval mode, on the very batches of the evaluation before, which training
did not use, and no other evaluation of it was seen; else a warning: a training phase in eval mode on purpose (frozen
statistics, pseudo-labels, a stream that is scored and then learnt) looks the same. A loop that steps in train mode
can't be told from training.

## References

PyTorch documentation, `torch.no_grad` and `torch.nn.Module.eval`.
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.wording import at, count, names
from trialrun.evidence import Evidence
from trialrun.evidence.evaluation_changes import EvaluationChange
from trialrun.findings.finding import Finding, Severity

_WEAK_METRICS = ("", "argmax", "max", "topk")  # predictions are also made to act, to label and to print


class EvaluationChangesModel(Check):
    code = "EVA706"
    slug = "evaluation-changes-model"
    severity = Severity.ERROR
    needs = ("update",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        measuring = {call.where for call in evidence.evaluation if call.metric not in _WEAK_METRICS}
        for change in evidence.evaluation_change:
            if change.steps:
                yield self._stepped(change, evidence)
            elif change.where in measuring:
                yield self._moved(change)

    def _stepped(self, change: EvaluationChange, evidence: Evidence) -> Finding:
        optimiser = next((o.cls for o in evidence.optimiser if o.id == change.optimiser), "the optimiser")
        alone = not (change.trained_on_inputs or change.other_evaluations)
        sure = alone and not change.own_targets and change.inputs_again > 0
        return self.finding(
            f"{change.root} is trained while it is evaluated: in eval mode{at(change.where)}, on other data than in "
            f"train mode, {optimiser}.step() ran {count(change.steps, 'time')} in {count(change.entries, 'loop')} and "
            f"changed {count(len(change.parameters), 'parameter')} ({names(change.parameters)}), and training in "
            "train mode went on with them."
            + ("" if sure else " If this is a training phase on purpose, with frozen statistics, it is legitimate."),
            "Remove backward() and step() from the evaluation loop, and wrap it in torch.no_grad().",
            where=change.step_where,
            severity=Severity.ERROR if sure else Severity.WARNING,
            measured={
                "steps": change.steps,
                "loops": change.entries,
                "parameters_changed": len(change.parameters),
                "other_evaluations": change.other_evaluations,
                "inputs_measured_again": change.inputs_again,
            },
            expected="the weights after an evaluation are those before it",
            explained_by=("EVA702",),
        )

    def _moved(self, change: EvaluationChange) -> Finding:
        kinds = [
            *(
                [f"{count(len(change.parameters), 'parameter')} ({names(change.parameters)})"]
                if change.parameters
                else []
            ),
            *([f"{count(len(change.buffers), 'buffer')} ({names(change.buffers)})"] if change.buffers else []),
        ]
        return self.finding(
            f"Evaluating {change.root} in eval mode changed {' and '.join(kinds)}, after "
            f"{count(change.entries, 'loop')} without any optimiser's step, and training went on with that: it takes "
            "in the held-out data. If it is only a count or a log, this is legitimate.",
            "Update buffers in forward() only `if self.training:`."
            if not change.parameters
            else "Work on a copy of the model, or put the weights back before training goes on.",
            where=change.where,
            severity=Severity.WARNING,
            measured={
                "parameters": list(change.parameters),
                "buffers": list(change.buffers),
                "loops": change.entries,
            },
            expected="parameters and buffers after an evaluation are those before it",
            explained_by=("EVA701",),
        )
