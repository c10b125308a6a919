"""What the source of an optimiser that the user wrote tells of it."""

from __future__ import annotations

import ast

from trialrun.evidence import Evidence

# torch.optim's own: each of their steps changes every weight that has a gradient, rounding apart.
TORCH_OPTIMISERS = frozenset(
    {
        *("ASGD", "Adadelta", "Adafactor", "Adagrad", "Adam", "AdamW", "Adamax", "LBFGS"),
        *("Muon", "NAdam", "RAdam", "RMSprop", "Rprop", "SGD", "SparseAdam"),
    }
)


def must_change_weights(evidence: Evidence, name: str) -> bool:
    """Whether steps of the optimiser class ``name`` that change nothing are a defect for certain.

    They are for torch's own, and for one of the user's that writes to no tensor at all. Any other may gather several
    gradients before it acts, act on a threshold, or keep what rounding loses.
    """
    definition = _definition(evidence, name)
    if definition is None:
        return name in TORCH_OPTIMISERS
    return not any(_writes(node) for node in ast.walk(definition))


def _definition(evidence: Evidence, name: str) -> ast.ClassDef | None:
    for text in evidence.source.values():
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and node.name == name:
                return node
    return None


def _writes(node: ast.AST) -> bool:
    """An in-place method (``add_``), an augmented assignment, or one to an attribute or an item."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        name = node.func.attr
        if name == "__init__":
            return False
        return name.endswith("_") or name.startswith(("_foreach", "_fused")) or name == "step"
    if isinstance(node, ast.Assign):
        return any(isinstance(target, ast.Subscript) or _is_data(target) for target in node.targets)
    return isinstance(node, ast.AugAssign)


def _is_data(target: ast.expr) -> bool:
    return isinstance(target, ast.Attribute) and target.attr == "data"
