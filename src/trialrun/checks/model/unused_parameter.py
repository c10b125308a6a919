"""Trainable parameters stand in the optimiser, but no loss of the whole rehearsal used them.

## Why is this bad?

A layer that is built and never reaches the loss keeps its random initial weights. Mostly forward calls another layer
twice (`self.fc1` where `self.fc2` was meant), or drops the result of a call. The network is smaller than it looks;
`DistributedDataParallel` raises an error at such parameters unless told to look for them.

## Fix

Use the layer in forward, or delete it. If it is to be trained later, leave it out of the optimiser until then.

## Limits

All rehearsed steps and modes count together. The check speaks only of attributes that the program's own classes set,
and only when it is sure: nothing reads the attribute anywhere in the source, or it ran in every step and the program
has no statement or conditional expression left that could use its result. Layers of one list or dict of which
others are used (mixture of experts, LayerDrop, progressive growing), loaded weights, frozen parameters, and
attributes found by `getattr` or `children()` are passed over.

## References

PyTorch documentation, `torch.nn.parallel.DistributedDataParallel`, `find_unused_parameters`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from trialrun.checks.absence import could_refute, mentioned
from trialrun.checks.base import Check
from trialrun.checks.source_trees import tree_of
from trialrun.checks.wording import count, optimiser_name
from trialrun.evidence import Evidence
from trialrun.evidence.model import ParameterRecord
from trialrun.evidence.place import Where
from trialrun.findings.finding import Finding, Severity

ENOUGH_UPDATES = 3

# Ways to reach an attribute without naming it.
_BY_NAME = frozenset(
    {"getattr", "children", "named_children", "modules", "named_modules", "get_submodule", "_modules", "__dict__"}
)


class UnusedParameter(Check):
    code = "MOD203"
    slug = "unused-parameter"
    severity = Severity.WARNING
    needs = ("update", "parameter", "optimiser")

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        stepped = {record.id for record in evidence.optimiser if record.steps >= ENOUGH_UPDATES and record.id >= 0}
        idle = [parameter for parameter in evidence.parameter if _unused(parameter, stepped)]
        if not idle or mentioned(evidence, _BY_NAME):
            return
        source = _Source(evidence)
        groups: dict[tuple[str, str], list[ParameterRecord]] = {}
        for parameter in idle:
            used = [p for p in evidence.parameter if p.root == parameter.root and p.reached]
            attribute = source.attribute(parameter)
            if used and attribute and not _one_of_several(parameter, used):
                groups.setdefault((parameter.root, attribute), []).append(parameter)
        for (root, attribute), parameters in groups.items():
            if attribute not in source.read:
                why = f"nothing in the program reads `{attribute}`"
            elif _dropped(parameters) and not source.conditional and not could_refute(evidence):
                runs = max(parameter.module_runs for parameter in parameters)
                why = f"it ran in {count(runs, 'training call')}, and its result was dropped"
            else:
                continue
            optimiser = next(r for r in evidence.optimiser if r.id in parameters[0].optimisers and r.id in stepped)
            elements = sum(parameter.numel for parameter in parameters)
            yield self.finding(
                f"`{attribute}` of {root} ({count(len(parameters), 'parameter')}, {count(elements, 'weight')}) stands "
                f"in {optimiser_name(optimiser)}, but none of the backwards before {count(optimiser.steps, 'step')} "
                f"reached it: {why}. If it is kept for later use, this is legitimate.",
                "Use the layer in forward (was another one called twice?), or delete it.",
                where=source.set_at[attribute],
                measured={
                    "parameters": [f"{root}.{parameter.name}" for parameter in parameters],
                    "weights": elements,
                    "steps": optimiser.steps,
                    "backwards_that_reached": 0,
                },
                expected="every optimised parameter is reached by some backward",
                explained_by=("LOS308",),
            )


def _unused(parameter: ParameterRecord, stepped: set[int]) -> bool:
    return (
        bool(parameter.root)
        and parameter.requires_grad
        and parameter.reached == 0
        and bool(stepped.intersection(parameter.optimisers))
        and not (parameter.changed or parameter.loaded or parameter.value_reaches_loss or parameter.cuts)
        and all(norm is None for norm in parameter.gradient_norms)
    )


def _dropped(parameters: list[ParameterRecord]) -> bool:
    return all(parameter.module_runs >= ENOUGH_UPDATES for parameter in parameters)


def _one_of_several(parameter: ParameterRecord, used: list[ParameterRecord]) -> bool:
    """Whether it belongs to a list, dict or numbered place of which other members were reached."""
    parts = parameter.name.split(".")
    for index, part in enumerate(parts):
        if part.isdigit():
            prefix = ".".join(parts[:index])
            return any(p.name.startswith(prefix + ".") or (not prefix and p.name[:1].isdigit()) for p in used)
    return False


class _Source:
    """Which attributes the program's own classes set, where, and which anything reads."""

    def __init__(self, evidence: Evidence) -> None:
        self.set_at: dict[str, Where] = {}
        self.read: set[str] = set()
        self.conditional = False
        for file, text in evidence.source.items():
            tree = tree_of(text)
            if tree is None:
                continue
            for node in ast.walk(tree):
                self.conditional = self.conditional or isinstance(node, (ast.IfExp, ast.Lambda))
                if isinstance(node, ast.Attribute):
                    own = isinstance(node.value, ast.Name) and node.value.id == "self"
                    if isinstance(node.ctx, ast.Store) and own:
                        self.set_at.setdefault(node.attr, Where(file, node.lineno, "__init__"))
                    elif not isinstance(node.ctx, ast.Store):
                        self.read.add(node.attr)
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    self.read.add(node.value)  # a name by which something may be looked up

    def attribute(self, parameter: ParameterRecord) -> str:
        """The innermost part of its name that a class of the program's own sets; "" if there is none."""
        parts = parameter.name.split(".")
        return next((part for part in reversed(parts) if part in self.set_at), "")
