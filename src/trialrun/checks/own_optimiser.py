"""What the source of an optimiser that the user wrote tells of it."""

from __future__ import annotations

import ast
from typing import TypeAlias

from trialrun.checks.source_trees import tree_of
from trialrun.evidence import Evidence

_Definition: TypeAlias = "ast.ClassDef | ast.FunctionDef"

_WRITERS = ("step", "load_state_dict", "vector_to_parameters")
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
    definitions = _definitions(evidence)
    if not isinstance(definitions.get(name), ast.ClassDef):
        return name in TORCH_OPTIMISERS
    return not any(_writes(node) for definition in _used(definitions, name) for node in ast.walk(definition))


def _definitions(evidence: Evidence) -> dict[str, _Definition]:
    """Classes and functions of the program by name; of two with one name the class."""
    found: dict[str, _Definition] = {}
    for text in evidence.source.values():
        tree = tree_of(text)
        if tree is None:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                found[node.name] = node
            elif isinstance(node, ast.FunctionDef):
                found.setdefault(node.name, node)
    return found


def _used(definitions: dict[str, _Definition], name: str) -> list[_Definition]:
    """That of ``name`` and those of all it calls or inherits from by their bare names."""
    found: dict[str, _Definition] = {}
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one in definitions and one not in found:
            found[one] = definitions[one]
            waiting += [node.id for node in ast.walk(found[one]) if isinstance(node, ast.Name)]
    return list(found.values())


def _writes(node: ast.AST) -> bool:
    """An in-place method (``add_``), an augmented assignment, one to ``.data`` or an item, or an ``out=``."""
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name == "__init__":
            return False
        into = any(keyword.arg == "out" for keyword in node.keywords)
        return into or name.endswith("_") or name.startswith("_fused") or name in _WRITERS
    if isinstance(node, ast.Assign):
        return any(_is_item(target) or _is_data(target) for target in node.targets)
    return isinstance(node, ast.AugAssign) and not _counts(node)


def _is_item(target: ast.expr) -> bool:
    """An item of a tensor, maybe: a text for an index (``state["mean"]``) names one of a dict."""
    return isinstance(target, ast.Subscript) and not (
        isinstance(target.slice, ast.Constant) and isinstance(target.slice.value, str)
    )


def _counts(node: ast.AugAssign) -> bool:
    """``state["step"] += 1``: no update of a weight looks so."""
    return isinstance(node.op, ast.Add) and isinstance(node.value, ast.Constant) and node.value.value == 1


def _is_data(target: ast.expr) -> bool:
    return isinstance(target, ast.Attribute) and target.attr == "data"
