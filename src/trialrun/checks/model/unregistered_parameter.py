"""A trainable tensor of the model is not registered as its parameter, so no optimiser can find it.

## Why is this bad?

`nn.Module` registers an `nn.Parameter` that is assigned to an attribute by itself. It does not register a plain tensor
with `requires_grad=True`, parameters in a Python list or dict, nor the result of `nn.Parameter(...) * 0.1` or
`.to(device)`, which is no parameter any more. `model.parameters()` does not yield them: they get gradients that pile
up, but the optimiser never changes them, `state_dict()` does not save them and `model.to(device)` leaves them behind.

## Fix

Assign an `nn.Parameter` (scale its initial values inside the call), keep several in `nn.ParameterList` or
`nn.ParameterDict`, and build the optimiser after that.

## Limits

The tensor must be held by a module of the model, be reached in two steps or more, not change, be held by no
optimiser, and its gradient must never be cleared, in a model whose other parameters are optimised. Inputs whose
derivative is wanted (PINN, FGSM, saliency) are made for each batch, or read by `autograd.grad` or `.grad`: a plain
tensor in a program that does so is passed over, and a parameter gets a warning. So are plain tensors that the class
does not itself create as trainable (`torch.randn(..., requires_grad=True)`): they may be data kept in the model. Where
statements that were not reached could optimise it, it is a warning.

## References

PyTorch documentation, `torch.nn.parameter.Parameter`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from trialrun.checks.absence import JOINING, OPTIMISING, could_refute, mentioned
from trialrun.checks.base import Check
from trialrun.checks.source_trees import tree_of
from trialrun.checks.wording import count, names, unreached
from trialrun.evidence import Evidence
from trialrun.evidence.leaves import LooseLeaf
from trialrun.evidence.place import Where
from trialrun.findings.finding import Finding, Severity

# Derivatives with respect to tensors that are not to be trained.
_DERIVATIVES = frozenset({"grad", "jacobian", "jvp", "vjp", "hessian", "jacrev", "jacfwd", "functional_call"})

# A table's `.data` is no change of a weight: that its value stayed is measured.
_JOINING = JOINING - {"data"}

_FACTORIES = frozenset({"randn", "rand", "zeros", "ones", "full", "empty", "eye", "normal", "tensor"})


class UnregisteredParameter(Check):
    code = "MOD202"
    slug = "unregistered-parameter"
    severity = Severity.ERROR
    needs = ("update",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        derivatives = mentioned(evidence, _DERIVATIVES)
        groups: dict[tuple[str, str, str], list[LooseLeaf]] = {}
        for leaf in evidence.loose_leaf:
            if _trained_in_vain(leaf) and not (derivatives and not leaf.is_parameter):
                groups.setdefault((leaf.root, leaf.owner, leaf.attribute), []).append(leaf)
        doubts = could_refute(evidence, OPTIMISING) if groups else ()
        for (root, owner, attribute), leaves in groups.items():
            assignments = sorted(_assignments(evidence, owner, attribute), key=lambda found: not found[1])
            where, trainable = assignments[0] if assignments else (None, False)
            if not trainable and not all(leaf.is_parameter for leaf in leaves):
                continue  # data, which was made elsewhere and is kept here
            sure = not doubts and not mentioned(evidence, _JOINING)
            elements = sum(leaf.numel for leaf in leaves)
            steps = max(leaf.steps for leaf in leaves)
            message = (
                f"{root} does not register {names([leaf.name for leaf in leaves])}, which {_held(leaves)}: "
                f"{count(elements, 'trainable weight')} got gradients in {count(steps, 'step')} that nothing "
                f"cleared, but model.parameters() does not yield {'it' if elements == 1 else 'them'}, no optimiser "
                f"holds {'it' if elements == 1 else 'them'} and no value changed."
            )
            if not sure:
                message += " If the values are to stay fixed, drop requires_grad."
            yield self.finding(
                f"{message} {unreached(doubts)}" if doubts else message,
                "Assign an nn.Parameter itself to the attribute (scale its values inside the call), or keep several "
                "in nn.ParameterList or nn.ParameterDict.",
                where=where or next((record.where for record in evidence.optimiser if record.where), None),
                severity=Severity.ERROR if sure else Severity.WARNING,
                measured={
                    "tensors": [leaf.name for leaf in leaves],
                    "root": root,
                    "weights": elements,
                    "steps": steps,
                    "is_parameter": leaves[0].is_parameter,
                },
                expected="every trained tensor among model.parameters()",
            )


def _trained_in_vain(leaf: LooseLeaf) -> bool:
    idle = not (leaf.changed or leaf.optimised or leaf.cleared)
    return idle and leaf.steps >= 2 and leaf.owner_optimised and leaf.numel > 0


def _held(leaves: list[LooseLeaf]) -> str:
    """What they are, one or several."""
    computed, is_parameter = leaves[0].computed, leaves[0].is_parameter
    if len(leaves) == 1:
        kind = "an nn.Parameter" if is_parameter else "a tensor with requires_grad"
        return f"was computed from {kind}" if computed else f"is {kind}"
    kinds = "nn.Parameters" if is_parameter else "tensors with requires_grad"
    return f"were computed from {kinds}" if computed else f"are {kinds}"


def _assignments(evidence: Evidence, owner: str, attribute: str) -> Iterator[tuple[Where, bool]]:
    """Where class ``owner`` sets ``self.attribute`` or an entry of it; whether it creates a trainable tensor there."""
    for file, text in evidence.source.items():
        tree = tree_of(text)
        if tree is None:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and node.name == owner:
                for method in node.body:
                    if isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)):
                        statements = [part for part in ast.walk(method) if isinstance(part, ast.stmt)]
                        made = {name for part in statements if _makes_trainable(part) for name in _named(part)}
                        for statement in statements:
                            if _sets(statement, attribute):
                                trainable = _makes_trainable(statement) or _reads(statement, made)
                                yield Where(file, statement.lineno, method.name), trainable


def _sets(node: ast.stmt, attribute: str) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return any(
        isinstance(part, ast.Attribute) and part.attr == attribute for target in targets for part in ast.walk(target)
    )


def _named(node: ast.stmt) -> list[str]:
    """Local names that get the value of an assignment."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _reads(node: ast.stmt, names: set[str]) -> bool:
    return any(isinstance(part, ast.Name) and part.id in names for part in ast.walk(node))


def _makes_trainable(statement: ast.AST) -> bool:
    calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)]
    called = {node.func.attr for node in calls if isinstance(node.func, ast.Attribute)}
    asked = "requires_grad_" in called or any(
        keyword.arg == "requires_grad" for node in calls for keyword in node.keywords
    )
    return asked and bool(called & _FACTORIES)
