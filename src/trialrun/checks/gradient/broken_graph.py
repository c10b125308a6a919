"""A trained module's output reaches the loss by value, but its gradient is cut off on the way.

## Why is this bad?

`detach()`, `.data`, `.item()`, `.numpy()`, `argmax` and a tensor rebuilt with `torch.tensor(...)` end the autograd
graph. What lies before the cut gets no gradient and keeps its initial weights, though it stands in the optimiser. The
part after the cut still learns, so the loss falls and nothing looks wrong.

## Fix

Keep the tensor in the graph: drop the cut, use `torch.stack` instead of `torch.tensor([...])`, and a soft choice
(softmax weights, straight-through, Gumbel-softmax) instead of `argmax`.

## Limits

A cut is right where another optimiser trains the part before it (GAN, actor and critic, target networks), where
weights are loaded and frozen, or where something else updates them. So a module is named only if it is trainable,
held by an optimiser that has stepped, ran with gradients enabled, was reached by no backward of the whole rehearsal
and did not change. Loaded weights, statements the rehearsal did not reach, and cuts that ask for the gradient to stop
(`detach()`, `.data`: a random target, a reservoir, a filter bank) make it a warning.

## References

PyTorch documentation, "Autograd mechanics".
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.absence import could_refute
from trialrun.checks.base import Check
from trialrun.checks.wording import at, count, names, unreached
from trialrun.evidence import Evidence
from trialrun.evidence.model import CutSite, ParameterRecord
from trialrun.findings.finding import Finding, Severity

_REMEDIES = {
    "detach": "Drop the detach().",
    "data": "Use the tensor itself instead of its .data.",
    "item": "Keep the tensor instead of .item(), and call .item() only for printing.",
    "tolist": "Keep the tensor instead of .tolist().",
    "numpy": "Compute this step with torch instead of NumPy.",
    "argmax": "argmax has no derivative: weight by softmax, or use a straight-through estimator.",
    "argmin": "argmin has no derivative: weight by softmax, or use a straight-through estimator.",
    "tensor": "torch.tensor(...) copies values without their graph: use torch.stack or torch.cat.",
    "no_grad": "Take the computation out of torch.no_grad().",
}


# These ask for the gradient to stop, so whoever wrote them may have meant it: a reservoir, a random target, a probe.
_ON_PURPOSE = ("detach", "data", "no_grad")


class BrokenGraph(Check):
    code = "GRD403"
    slug = "broken-graph"
    severity = Severity.ERROR
    needs = ("update", "parameter")

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        stepped = {record.id for record in evidence.optimiser if record.steps > 0}
        by_cut: dict[tuple[CutSite, bool], list[ParameterRecord]] = {}
        for parameter in evidence.parameter:
            if parameter.cuts and _cut_off(parameter, stepped):
                by_cut.setdefault((parameter.cuts[0], parameter.loaded), []).append(parameter)
        doubts = could_refute(evidence) if by_cut else ()
        for (cut, loaded), parameters in by_cut.items():
            modules = sorted({f"{p.root}.{p.module}" if p.module else p.root for p in parameters})
            elements = sum(parameter.numel for parameter in parameters)
            runs = max(parameter.module_runs for parameter in parameters)
            optimisers = [r for r in evidence.optimiser if any(r.id in p.optimisers for p in parameters)]
            holder = f"{optimisers[0].cls}{at(optimisers[0].where)}" if optimisers else "an optimiser"
            message = (
                f"`{cut.operation}` cuts the path from the loss to {names(modules)}: "
                f"{count(len(parameters), 'parameter')} ({count(elements, 'weight')}) held by {holder} ran in "
                f"{count(runs, 'training call')} and their values led to the loss, but no backward reached "
                f"them and they did not change."
            )
            if loaded:
                message += (
                    " Their weights were loaded: if they are frozen on purpose, say so with requires_grad_(False)."
                )
            if doubts:
                message += " " + unreached(doubts)
            asked = any(site.operation.strip("._()") in _ON_PURPOSE for p in parameters for site in p.cuts)
            if asked and not loaded:
                message += " If they are to stay as they are, leave them out of the optimiser."
            yield self.finding(
                message,
                next(
                    (text for word, text in _REMEDIES.items() if word in cut.operation), "Keep this step in the graph."
                ),
                where=cut.where,
                severity=Severity.WARNING if loaded or doubts or asked else Severity.ERROR,
                measured={
                    "operation": cut.operation,
                    "modules": modules,
                    "parameters": [f"{p.root}.{p.name}" for p in parameters],
                    "weights": elements,
                    "backwards_that_reached": 0,
                },
                expected="every optimised parameter of a module that ran is reached by a backward",
                explains=("OPT505",) if not any(p.reached for p in evidence.parameter) else (),
            )


def _cut_off(parameter: ParameterRecord, stepped: set[int]) -> bool:
    return (
        parameter.requires_grad
        and bool(stepped.intersection(parameter.optimisers))
        and parameter.module_runs > 0
        and parameter.reached == 0
        and parameter.value_reaches_loss
        and not parameter.changed
    )
