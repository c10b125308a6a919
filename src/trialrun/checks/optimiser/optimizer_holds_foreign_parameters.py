"""The optimiser updates tensors that no forward uses.

## Why is this bad?

An optimiser holds the tensors it was given, not the model's name. If the model is built anew, deep-copied or has its
parameters replaced after that, the optimiser goes on stepping over the old tensors, which get no gradient any more,
while the model that is trained and evaluated keeps its initial weights.

## Fix

Build the optimiser last, from the model that is trained: after every `deepcopy`, `.to()` that makes new parameters,
and new construction.

## Limits

An error only if not one tensor of the optimiser was owned by a module that was called or reached by a backward, no step
saw a gradient, though backwards ran before them, and a model of the same parameter shapes was trained without any
optimiser and never changed. Master copies that are given gradients by hand, gradient-free methods, moving averages and
steps without a backward that only draw a schedule are none of this. An optimiser that holds a mixture of used and
unused tensors is not judged here (OPT501 tells of the layers it lacks).

## References

PyTorch documentation, `torch.optim`, "Constructing it".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from trialrun.checks.absence import OPTIMISING, could_refute
from trialrun.checks.base import Check
from trialrun.checks.wording import count, names, optimiser_name, unreached
from trialrun.evidence import Evidence
from trialrun.evidence.model import OptimiserRecord, ParameterRecord
from trialrun.findings.finding import Finding, Severity

LEAST_STEPS = 2
# The tensors are stepped over already; only what hands weights over, or lets another optimiser join, could refute it.
_HANDING_OVER = OPTIMISING - {"step", "backward", "requires_grad", "requires_grad_", "parameters", "named_parameters"}


class OptimizerHoldsForeignParameters(Check):
    code = "OPT502"
    slug = "optimizer-holds-foreign-parameters"
    severity = Severity.ERROR
    needs = ("parameter", "optimiser", "update")

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        for optimiser in evidence.optimiser:
            whole = 0 < optimiser.parameters == optimiser.foreign
            if optimiser.id < 0 or not whole or optimiser.steps < LEAST_STEPS or optimiser.gradients_seen:
                continue
            if optimiser.changed or not _stepped_after_backwards(evidence, optimiser):
                continue  # it found something to do after all; or its steps train nothing: they draw a schedule
            model = _lookalike(evidence, optimiser)
            if model:
                yield self._elsewhere(evidence, optimiser, model)

    def _elsewhere(self, evidence: Evidence, optimiser: OptimiserRecord, model: list[ParameterRecord]) -> Finding:
        doubts = could_refute(evidence, _HANDING_OVER)
        roots = sorted({parameter.root for parameter in model})
        most = max(parameter.reached for parameter in model)
        message = (
            f"{optimiser_name(optimiser)} made {count(optimiser.steps, 'step')} over "
            f"{count(optimiser.parameters, 'tensor')} that no forward used and no backward reached. The "
            f"{len(model)} parameters of {names(roots)} have the same shapes, got gradients in "
            f"{count(most, 'backward')}, are in no optimiser and never changed: the model was rebuilt, copied or "
            "replaced after the optimiser was built."
        )
        if doubts:
            message += " " + unreached(doubts)
        return self.finding(
            message,
            "Build the optimiser after the model is final, from the parameters of the model that is trained."
            + (" If a part that was not reached hands the weights over, this is legitimate." if doubts else ""),
            where=optimiser.where,
            severity=Severity.WARNING if doubts else Severity.ERROR,
            measured={
                "steps": optimiser.steps,
                "parameters": optimiser.parameters,
                "foreign": optimiser.foreign,
                "trained": [f"{p.root}.{p.name}" for p in model][:20],
            },
            expected="the optimiser holds the parameters of the model that is trained",
            explains=("OPT501",),
        )


def _stepped_after_backwards(evidence: Evidence, optimiser: OptimiserRecord) -> bool:
    """Whether a backward, of whatever it was, came before its steps, as in training."""
    return sum(update.optimiser == optimiser.id and update.backwards > 0 for update in evidence.update) >= LEAST_STEPS


def _lookalike(evidence: Evidence, optimiser: OptimiserRecord) -> list[ParameterRecord]:
    """Parameters in no optimiser, reached and unchanged, whose shapes hold all those of ``optimiser``."""
    idle = [
        p for p in evidence.parameter if p.root and p.requires_grad and p.reached and not p.optimisers and not p.changed
    ]
    wanted = Counter(p.shape for p in evidence.parameter if optimiser.id in p.optimisers)
    there = Counter(p.shape for p in idle)
    return idle if wanted and not wanted - there else []
