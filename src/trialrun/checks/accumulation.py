"""What the checks of gradient accumulation share."""

from __future__ import annotations

import ast

from trialrun.checks.source_trees import tree_of
from trialrun.evidence import Evidence
from trialrun.evidence.accumulation import NAME, AccumulationRecord


def unjudged(evidence: Evidence) -> str:
    """Why the window's micro-batches were not weighed; "" if they were, or a step never has several backwards."""
    if evidence.accumulation or not any(window.used > 1 for window in evidence.window):
        return ""
    skipped = [record for record in evidence.experiment if record.experiment == NAME and record.outcome == "skipped"]
    return (
        skipped[-1].reason if skipped else "Several backwards precede a step; the stage that weighs them was not run."
    )


def weighed(evidence: Evidence) -> AccumulationRecord | None:
    """What the experiment found."""
    return evidence.accumulation[-1] if evidence.accumulation else None


def rate_divided(evidence: Evidence) -> bool:
    """Whether the learning rate is divided where an optimiser is built, or its loop sets it so."""
    for text in evidence.source.values():
        tree = tree_of(text)
        if tree is None:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg in ("lr", "learning_rate") and _divides(node.value):
                return True
            if isinstance(node, (ast.Assign, ast.AugAssign)) and _names_rate(node) and _divides_by(node):
                return True
    return False


def divides(evidence: Evidence, record: AccumulationRecord) -> bool:
    """Whether a statement divides something by a name or a whole number in the function of the backwards."""
    if record.where is None:
        return False
    text = evidence.source.get(record.where.file, "")
    tree = tree_of(text)
    if tree is None:
        return False
    return any(_divides_by(node) or _divides(node) for node in ast.walk(tree))


def holds_number(evidence: Evidence, value: float, as_divisor: bool = False) -> bool:
    """Whether ``value`` stands in the program as a number, or with ``as_divisor`` something is divided by it."""
    for text in evidence.source.values():
        tree = tree_of(text)
        if tree is None:
            return True
        for node in ast.walk(tree):
            divides_by = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and _is_number(node.right, value)
            if divides_by or (not as_divisor and _is_number(node, value)):
                return True
    return False


def _is_number(node: ast.AST, value: float) -> bool:
    known = isinstance(node, ast.Constant) and isinstance(node.value, (int, float))
    return known and abs(float(node.value) - value) <= 1e-6 * value  # type: ignore[attr-defined]


def _divides(node: ast.AST) -> bool:
    return any(isinstance(part, ast.BinOp) and isinstance(part.op, ast.Div) for part in ast.walk(node))


def _divides_by(node: ast.AST) -> bool:
    if isinstance(node, ast.AugAssign):
        return isinstance(node.op, ast.Div)
    return isinstance(node, ast.Assign) and _divides(node.value)


def _names_rate(node: ast.Assign | ast.AugAssign) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    names = {part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)}
    names |= {part.attr for target in targets for part in ast.walk(target) if isinstance(part, ast.Attribute)}
    keys = {part.value for target in targets for part in ast.walk(target) if isinstance(part, ast.Constant)}
    return any(str(name).lower() in ("lr", "learning_rate", "base_lr", "rate") for name in names | keys)
