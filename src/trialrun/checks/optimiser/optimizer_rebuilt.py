"""A new optimiser is built over the same parameters in each iteration or epoch.

## Why is this bad?

What an optimiser has learnt of its gradients lives in its state: momentum, the moments of Adam and their bias
correction. A new one begins from nothing. Built in every iteration, Adam makes steps of the sign of one gradient only,
and momentum never gathers; built in every epoch, each epoch begins with rough steps. The memory is allocated anew too.

## Fix

Build the optimiser once, in front of the loops, and hand it to the function that trains an epoch. To change the
learning rate, use a scheduler or set `group["lr"]`.

## Limits

A warning for optimisers of one line and of the very same parameters, built in the loop that steps them or in the one
around it. Not this: folds and members with a model each, unfreezing (other parameters each time), weights that are
loaded or written by hand in between (federated rounds, rate finders, MAML), restarts of a cycle of several epochs,
L-BFGS (each step is a minimisation of its own), and optimisers without state such as plain SGD. Restarting the state in
every epoch on purpose looks the same.

## References

Kingma and Ba, "Adam: a method for stochastic optimization", 2015 (bias correction); PyTorch documentation,
`torch.optim`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.wording import count
from trialrun.evidence import Evidence
from trialrun.evidence.model import OptimiserRecord
from trialrun.evidence.place import Where
from trialrun.findings.finding import Finding, Severity

LEAST_BUILT = 3
_SOLVERS = frozenset({"LBFGS"})  # a step is a whole minimisation, and the history of another objective misleads it


class OptimizerRebuilt(Check):
    code = "OPT508"
    slug = "optimizer-rebuilt"
    severity = Severity.WARNING
    needs = ("optimiser", "parameter")

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        held: dict[int, set[int]] = defaultdict(set)
        for parameter in evidence.parameter:
            for ident in parameter.optimisers:
                held[ident].add(parameter.id)
        loaded = {parameter.id for parameter in evidence.parameter if parameter.loaded}
        alike: dict[tuple[Where | None, str, frozenset[int]], list[OptimiserRecord]] = defaultdict(list)
        for optimiser in evidence.optimiser:
            mine = frozenset(held[optimiser.id])
            begins_anew = optimiser.rewritten or optimiser.cls in _SOLVERS
            if optimiser.steps and optimiser.keeps_state and mine and not mine & loaded and not begins_anew:
                alike[optimiser.where, optimiser.cls, mine].append(optimiser)
        for (where, _, _), built in alike.items():
            if len(built) >= LEAST_BUILT and (loops := _loops(built)) is not None:
                yield self._again(built, where, next(iter(loops), None))

    def _again(self, built: list[OptimiserRecord], where: Where | None, loop: Where | None) -> Finding:
        steps = [optimiser.steps for optimiser in built]
        each = f"{min(steps)} to {max(steps)} steps" if min(steps) < max(steps) else count(steps[0], "step")
        what = f"the loop at {loop}" if loop is not None else "what calls it"
        message = (
            f"{count(len(built), built[0].cls)} were built here over the same {count(built[0].parameters, 'parameter')}"
            f" and made {each} each: {what} builds a new one every time, and the state of the old one "
            "(momentum, moments) is lost."
        )
        return self.finding(
            message,
            "Build the optimiser once, in front of the loops. If its state is to be forgotten on purpose, this is "
            "legitimate.",
            where=where,
            measured={"optimisers": len(built), "steps": steps[:20], "loop": str(loop or "")},
            expected="one optimiser for the whole training of these parameters",
        )


def _loops(built: list[OptimiserRecord]) -> tuple[Where, ...] | None:
    """The loop that builds them if it is the one that steps them or the one around that; None for any other.

    Empty where nothing but a comprehension goes over the epochs, which is seen as no loop.
    """
    places = {(optimiser.built_in, optimiser.step_in) for optimiser in built}
    if len(places) != 1:
        return None
    ((around, stepped),) = places
    if not around:
        return () if len(stepped) <= 1 else None
    return around[:1] if around[0] in stepped[:2] else None
