"""What a program calls the data that one of its loops reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from trialrun.checks.source_trees import tree_of
from trialrun.evidence.place import Where

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def names_of_data(where: Where | None, source: dict[str, str]) -> frozenset[str]:
    """Names, attributes and strings in what the loop at ``where`` runs over, in lower case.

    Where that is an argument of the function around the loop, what it is in every call of the function counts as well,
    in this file or another, and so does any text that the call is given: ``evaluate(model, data, "train")``.
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
    for function in _functions(tree, where.function):
        names = [argument.arg.lower() for argument in (*function.args.posonlyargs, *function.args.args)]
        if not found & {*names, *(argument.arg.lower() for argument in function.args.kwonlyargs)}:
            continue
        looped, method = set(found), names[:1] in (["self"], ["cls"])
        for calls in _calls_of(function, tree, source):
            for call in calls:
                taken = names[1:] if method and isinstance(call.func, ast.Attribute) else names
                found.update(_handed(call, taken, looped))
    return frozenset(found)


def _functions(tree: ast.Module, name: str) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, _FUNCTIONS) and node.name == name]


def _calls_of(
    function: ast.FunctionDef | ast.AsyncFunctionDef, own: ast.Module, source: dict[str, str]
) -> Iterator[list[ast.Call]]:
    """By file; one that has a function of this name itself calls that."""
    for tree in map(tree_of, source.values()):
        if tree is not None and (tree is own or not _functions(tree, function.name)):
            yield [
                node
                for node in ast.walk(tree)
                if isinstance(node, ast.Call) and function.name.lower() in _words(node.func)
            ]


def _handed(call: ast.Call, names: list[str], looped: set[str]) -> Iterator[str]:
    """Words of what ``call`` gives for those of the arguments ``names`` that are ``looped`` over; text in the rest."""
    clear = not any(isinstance(argument, ast.Starred) for argument in call.args)
    for position, argument in enumerate(call.args):
        if not clear or position >= len(names) or names[position] in looped:
            yield from _words(argument)
        else:
            yield from _texts(argument)
    for keyword in call.keywords:
        named = keyword.arg is not None and keyword.arg.lower() not in looped
        yield from _texts(keyword.value) if named else _words(keyword.value)


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


def _texts(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value.lower()
