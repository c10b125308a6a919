"""Which line of the user's source keeps the tensor that was backpropagated."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from trialrun.checks.source_trees import tree_of
from trialrun.evidence.place import Where

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef)
_KEEPERS = frozenset({"append", "appendleft", "extend", "insert", "add", "update", "setdefault", "put"})
# Methods and attributes that leave the graph behind, and calls that do.
_LEAVES = frozenset({"item", "detach", "data", "tolist", "numpy", "grad", "shape", "dtype", "size", "backward"})
_NUMBERS = frozenset({"float", "int", "str", "len", "round", "print", "format"})


def keeper(where: Where, source: dict[str, str]) -> tuple[Where, str] | None:
    """The statement that stores or adds up the loss of the backward at ``where``, and its text; None if none is seen.

    Looks at the function of the backward, and where that returns the loss, at those that call it.
    """
    parsed = {file: tree_of(text) for file, text in source.items()}
    trees = {file: tree for file, tree in parsed.items() if tree is not None}
    if where.file not in trees:
        return None
    scope = _scope(trees[where.file], where.line)
    names = set(_backpropagated(scope, where.line))
    found = _first(scope, names, frozenset())
    if found is None and isinstance(scope, _SCOPES) and any(_returns(scope, names)):
        calls = frozenset({scope.name, "__call__"} if scope.name == "forward" else {scope.name})
        for file, tree in trees.items():
            for inner in (tree, *(node for node in ast.walk(tree) if isinstance(node, _SCOPES))):
                results = _assigned_from(inner, calls)
                found = _first(inner, results, calls)
                if found is not None:
                    return Where(file, found.lineno, getattr(inner, "name", "<module>")), ast.unparse(found)
    if found is None:
        return None
    return Where(where.file, found.lineno, where.function), ast.unparse(found)


def _scope(tree: ast.Module, line: int) -> ast.AST:
    """The innermost function around ``line``; the module where there is none."""
    around = [
        node for node in ast.walk(tree) if isinstance(node, _SCOPES) and node.lineno <= line <= (node.end_lineno or 0)
    ]
    return max(around, key=lambda node: node.lineno, default=tree)


def _own(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes of ``scope`` in the order of its text, less those of functions inside it."""
    for child in ast.iter_child_nodes(scope):
        if not isinstance(child, _SCOPES):
            yield child
            yield from _own(child)


def _backpropagated(scope: ast.AST, line: int) -> Iterator[str]:
    """The variables that the backward on ``line`` begins at."""
    for node in _own(scope):
        if not isinstance(node, ast.Call) or not node.lineno <= line <= (node.end_lineno or 0):
            continue
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("backward", "grad", "manual_backward"):
            for part in (node.func.value, *node.args[:1]):
                for inner in ast.walk(part):
                    if isinstance(inner, (ast.Name, ast.Attribute, ast.Subscript)):
                        yield ast.unparse(inner)


def _returns(scope: ast.AST, names: set[str]) -> Iterator[bool]:
    for node in _own(scope):
        if isinstance(node, ast.Return) and node.value is not None:
            yield _holds(node.value, names, frozenset())


def _assigned_from(scope: ast.AST, calls: frozenset[str]) -> set[str]:
    """Variables that get the result of one of ``calls``."""
    return {
        ast.unparse(part)
        for node in _own(scope)
        if isinstance(node, ast.Assign) and _holds(node.value, set(), calls)
        for target in node.targets
        for part in (target.elts if isinstance(target, ast.Tuple) else [target])
        if isinstance(part, ast.Name)
    }


def _first(scope: ast.AST, names: set[str], calls: frozenset[str]) -> ast.stmt | None:
    for node in _own(scope):
        if isinstance(node, ast.AugAssign) and _holds(node.value, names, calls):
            return node
        if isinstance(node, ast.Assign):
            stored = any(isinstance(target, (ast.Attribute, ast.Subscript)) for target in node.targets)
            target_names = {ast.unparse(target) for target in node.targets}
            added = any(isinstance(part, ast.BinOp) for part in ast.walk(node.value)) and any(
                ast.unparse(part) in target_names for part in ast.walk(node.value)
            )
            if (stored or added) and not target_names <= names and _holds(node.value, names, calls):
                return node
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            call = node.value
            held = isinstance(call.func, ast.Attribute) and call.func.attr in _KEEPERS
            if held and any(_holds(value, names, calls) for value in (*call.args, *(k.value for k in call.keywords))):
                return node
    return None


def _holds(node: ast.expr, names: set[str], calls: frozenset[str]) -> bool:
    """Whether the value of ``node`` still has the graph of what ``names`` and the results of ``calls`` are."""
    if isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)) and ast.unparse(node) in names:
        return True
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in calls:
            return True
        if name in _LEAVES | _NUMBERS:
            return False
        return isinstance(node.func, ast.Attribute) and _holds(node.func.value, names, calls)
    if isinstance(node, ast.Attribute):
        return node.attr not in _LEAVES and _holds(node.value, names, calls)
    if isinstance(node, (ast.BinOp, ast.UnaryOp, ast.Tuple, ast.List, ast.Dict, ast.IfExp, ast.Starred, ast.Subscript)):
        parts = [part for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)]
        return any(_holds(part, names, calls) for part in parts)
    return False
