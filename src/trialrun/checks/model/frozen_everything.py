"""The loop runs backward and step, but no trainable parameter is left that could learn.

## Why is this bad?

When every parameter is frozen (`requires_grad = False`), or the model runs without a graph (`torch.no_grad()`,
`set_grad_enabled(False)`), autograd raises an error. Giving the loss itself `requires_grad` silences the error and
nothing else: backward ends at the loss, every gradient is None, and `optimizer.step()` changes nothing. The usual
cause is freezing a model after its new head was attached, or a head assigned to a name that the model does not use.

## Fix

Freeze first and attach the new head after that, or call `requires_grad_(True)` on what is to learn. Take the forward
pass out of `no_grad`, and do not set `requires_grad` on the loss.

## Limits

All steps of the rehearsal count: each optimiser must have stepped twice or more without a gradient and without
changing a bit, and no backward may have reached a parameter. An optimiser must hold parameters of the model.
Optimising inputs or codes with a frozen model, gradients that are set by hand and updates by hand are not this. Where
a statement that was not reached could thaw something, it is a warning. Parameters cut off in the middle of the graph
are GRD403's.

## References

PyTorch documentation, "Autograd mechanics", "Locally disabling gradient computation".
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TypeGuard

from trialrun.checks.absence import OPTIMISING, could_refute
from trialrun.checks.base import Check
from trialrun.checks.source_trees import tree_of
from trialrun.checks.wording import count, names, unreached
from trialrun.evidence import Evidence
from trialrun.evidence.model import ParameterRecord
from trialrun.evidence.place import Where
from trialrun.findings.finding import Finding, Severity

ENOUGH_STEPS = 2


class FrozenEverything(Check):
    code = "MOD212"
    slug = "frozen-everything"
    severity = Severity.ERROR
    needs = ("update", "parameter")

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        owned = [parameter for parameter in evidence.parameter if parameter.root]
        if not any(parameter.optimisers for parameter in owned) or not _idle(evidence):
            return
        if any(_learns(parameter) for parameter in evidence.parameter):
            return
        frozen = [parameter for parameter in owned if not parameter.requires_grad]
        whole = len(frozen) == len(owned)
        if not whole and any(p.requires_grad and p.module_runs for p in owned):
            return  # it ran with a graph, which was cut or led nowhere
        steps, backwards = len(evidence.update), sum(update.backwards for update in evidence.update)
        backward = next((call.where for call in evidence.loss if call.function == "backward"), None)
        places = list(_freezing(evidence)) if whole else []
        doubts = could_refute(evidence, OPTIMISING)
        cause, fix = _cause(owned, frozen)
        message = (
            f"{cause}. {count(backwards, 'backward')} reached no parameter, and {count(steps, 'optimiser step')} "
            f"found no gradient and changed nothing."
        )
        yield self.finding(
            f"{message} {unreached(doubts)}" if doubts else message,
            fix,
            where=places[0] if len(places) == 1 else backward or evidence.update[0].where,
            severity=Severity.WARNING if doubts else Severity.ERROR,
            measured={
                "parameters": len(owned),
                "frozen_parameters": len(frozen),
                "weights": sum(parameter.numel for parameter in owned),
                "steps": steps,
                "backwards": backwards,
            },
            expected="a backward that reaches some trainable parameter",
        )


def _cause(owned: list[ParameterRecord], frozen: list[ParameterRecord]) -> tuple[str, str]:
    """Why no parameter can learn, and what to do about it."""
    root = owned[0].root
    size = f"{count(len(owned), 'parameter')} ({count(sum(p.numel for p in owned), 'weight')})"
    if len(frozen) == len(owned):
        fix = "Attach the new head after freezing, or call requires_grad_(True) on what is to learn."
        return f"All {size} of {root} are frozen: requires_grad is False", fix
    if any(parameter.module_runs for parameter in frozen):
        spared = [parameter.name for parameter in owned if parameter.requires_grad]
        fix = "Assign the new head to the name that forward() uses, or call requires_grad_(True) on what is to learn."
        return (
            f"All parameters of {root} that run are frozen, and those that could learn never run: {names(spared)}",
            fix,
        )
    fix = "Take the forward pass out of torch.no_grad(), and do not set requires_grad on the loss."
    return f"{root} ran without a graph, so none of its {size} could get a gradient", fix


def _idle(evidence: Evidence) -> bool:
    updates = [update for update in evidence.update if update.optimiser >= 0]
    return (
        len(updates) >= ENOUGH_STEPS
        and len(updates) == len(evidence.update)
        and not any(update.parameters_changed or update.gradient_norm for update in updates)
        and any(update.backwards for update in updates)
    )


def _learns(parameter: ParameterRecord) -> bool:
    seen = any(norm is not None for norm in parameter.gradient_norms)
    return parameter.changed or parameter.reached > 0 or seen or parameter.value_reaches_loss


def _freezing(evidence: Evidence) -> Iterator[Where]:
    """Statements that set ``requires_grad`` to False."""
    for file, text in evidence.source.items():
        tree = tree_of(text)
        if tree is None:
            continue
        for node in ast.walk(tree):
            if _freezes(node):
                yield Where(file, node.lineno)


def _freezes(node: ast.AST) -> TypeGuard[ast.Assign | ast.Call]:
    if isinstance(node, ast.Assign):
        named = any(isinstance(target, ast.Attribute) and target.attr == "requires_grad" for target in node.targets)
        return named and _is_false(node.value)
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "requires_grad_"
    return called and isinstance(node, ast.Call) and bool(node.args) and _is_false(node.args[0])


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False
