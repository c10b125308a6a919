"""What a program calls the data that one of its loops reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from trialrun.checks.source_trees import tree_of
from trialrun.evidence.place import Where

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def names_of_data(where: Where | None, source: dict[str, str]) -> frozenset[str]:
    """Names, attributes and strings in what the loop at ``where`` runs over, in lower case.

    Where that is an argument of the function around the loop, those of every call of the function count as well.
    """
    if where is None or where.file not in source:
        return frozenset()
    tree = tree_of(source[where.file])
    if tree is None:
        return frozenset()
    found = set[str]()
    for loop in ast.walk(tree):
        if isinstance(loop, (ast.For, ast.comprehension)) and _line(loop) == where.line:
            found.update(_words(loop.iter))
        elif isinstance(loop, ast.While) and loop.lineno == where.line:
            found.update(word for part in loop.body for word in _words(part))
    around = [node for node in ast.walk(tree) if isinstance(node, _FUNCTIONS) and node.name == where.function]
    for function in around:
        taken = {argument.arg.lower() for argument in (*function.args.args, *function.args.kwonlyargs)}
        if found & taken:
            for call in ast.walk(tree):
                if isinstance(call, ast.Call) and function.name in _words(call.func):
                    parts = (*call.args, *(keyword.value for keyword in call.keywords))
                    found.update(word for part in parts for word in _words(part))
    return frozenset(found)


def _line(loop: ast.For | ast.comprehension) -> int:
    return loop.lineno if isinstance(loop, ast.For) else loop.iter.lineno


def _words(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield part.id.lower()
        elif isinstance(part, ast.Attribute):
            yield part.attr.lower()
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value.lower()
