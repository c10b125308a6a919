"""Containers of the program's source that grow and are kept from growing on."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from trialrun.checks.source_trees import tree_of

_GROWING = frozenset({"append", "extend", "insert", "add", "setdefault", "update", "appendleft"})
_SHRINKING = frozenset({"pop", "popleft", "popitem", "clear", "remove", "discard"})


def kept_small(sources: dict[str, str]) -> bool:
    """Whether some container that is added to is also taken from, or added to only as its size or keys allow.

    ``if len(xs) < n``, ``if key not in xs``, ``xs.pop(0)``, ``del xs[0]``, ``xs = xs[-n:]``.
    """
    grown: set[str] = set()
    limited: set[str] = set()
    for text in sources.values():
        tree = tree_of(text)
        if tree is None:
            return True  # what cannot be read may do anything
        for node in ast.walk(tree):
            grown.update(_grown(node))
            limited.update(_limited(node))
    return bool(grown & limited)


def _grown(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _GROWING:
        yield ast.unparse(node.func.value)
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Subscript):
                yield ast.unparse(target.value)
            elif isinstance(target, (ast.Name, ast.Attribute)):
                yield from _rebuilt(target, node.value)
    elif isinstance(node, ast.AugAssign):
        yield ast.unparse(node.target)


def _rebuilt(target: ast.Name | ast.Attribute, value: ast.expr) -> Iterator[str]:
    """``xs = [*xs, x]``, ``xs = xs + [x]``."""
    name = ast.unparse(target)
    if any(isinstance(part, (ast.Name, ast.Attribute)) and ast.unparse(part) == name for part in ast.walk(value)):
        yield name


def _limited(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _SHRINKING:
        yield ast.unparse(node.func.value)
    elif isinstance(node, ast.Delete):
        for target in node.targets:
            yield ast.unparse(target.value if isinstance(target, ast.Subscript) else target)
    elif isinstance(node, ast.Compare):
        for operator, right in zip(node.ops, node.comparators, strict=True):
            if isinstance(operator, (ast.In, ast.NotIn)):
                yield ast.unparse(right)
        for part in ast.walk(node):
            if isinstance(part, ast.Call) and ast.unparse(part.func) == "len" and part.args:
                yield ast.unparse(part.args[0])
    elif isinstance(node, ast.Assign):
        for part in ast.walk(node.value):
            if isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Slice):
                name = ast.unparse(part.value)
                if any(ast.unparse(target) in (name, f"{name}[:]") for target in node.targets):
                    yield name
