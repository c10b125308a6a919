"""Whether a loop of the user's may end before its last item."""

from __future__ import annotations

import ast

from trialrun.checks.source_trees import tree_of
from trialrun.evidence.place import Where

_EXITS = frozenset({"exit", "_exit", "quit", "abort"})
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def may_be_left(where: Where, source: dict[str, str]) -> bool:
    """Whether a ``break``, ``return`` or exit stands in the loop at ``where``; True where its source is not known.

    Exceptions do not count: most are raised where something went wrong.
    """
    tree = tree_of(source[where.file]) if where.file in source else None
    if tree is None:
        return True
    loops = [node for node in ast.walk(tree) if isinstance(node, (ast.For, ast.While)) and node.lineno == where.line]
    return not loops or any(_leaves(part, breaks=True) for loop in loops for part in loop.body)


def _leaves(node: ast.AST, breaks: bool) -> bool:
    """``breaks``: a ``break`` here belongs to the loop in question, not to one inside it."""
    if isinstance(node, ast.Return) or (isinstance(node, ast.Break) and breaks):
        return True
    if isinstance(node, _SCOPES):
        return False
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in _EXITS:
            return True
    if isinstance(node, (ast.For, ast.While, ast.AsyncFor)):
        inner = any(_leaves(part, breaks=False) for part in node.body)
        return inner or any(_leaves(part, breaks) for part in node.orelse)
    return any(_leaves(child, breaks) for child in ast.iter_child_nodes(node))
