"""Tests of whole numbers in the source that tell how often something runs: found, and both their sides made visible.

    if step % 100 == 0: BODY      ->  if left(3, step) % right(3, 100) == 0: begins(3); BODY; ends(3)
    while step < limit:           ->  while left(4, step) < right(4, limit):
    if step >= limit: break       ->  if left(5, step) >= right(5, limit): break

The operator itself stays in the user's line, so that what it raises is the user's and shows no frame of ours.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from trialrun.target.coverage import HARMLESS_CALLS

_ORDER: dict[type[ast.cmpop], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="
}  # fmt: skip
_SAVING = frozenset(("dump", "save", "save_file", "save_pretrained", "savefig", "savez"))
_CHEAP = HARMLESS_CALLS - _SAVING


def period_of(test: ast.expr) -> ast.BinOp | None:
    """The ``X % N`` of ``X % N == c``, of ``not X % N``, or of an ``and`` or ``or`` that holds one of them."""
    if isinstance(test, ast.BoolOp):
        return next((part for part in map(period_of, test.values) if part is not None), None)
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand if _is_remainder(test.operand) else None  # type: ignore[return-value]
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq):
        sides = (test.left, test.comparators[0])
        return next((side for side in sides if _is_remainder(side)), None)  # type: ignore[return-value]
    return None


def bound_of(test: ast.expr, joined_by: type[ast.boolop]) -> tuple[ast.Compare, str] | None:
    """A comparison that decides ``test``, and its operator: alone, or one part of an ``and`` (or an ``or``)."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, joined_by):
        return next((found for part in test.values if (found := bound_of(part, joined_by)) is not None), None)
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return None
    operator = _ORDER.get(type(test.ops[0]))
    sides = (test.left, test.comparators[0])
    if operator is None or not any(isinstance(side, (ast.Name, ast.Attribute)) for side in sides):
        return None
    return None if any(_is_remainder(side) for side in sides) else (test, operator)


def ends_loop(body: list[ast.stmt]) -> bool:
    """Whether a branch leaves the loop around it."""
    return isinstance(body[-1], (ast.Break, ast.Return))


def calls(body: Iterable[ast.AST]) -> bool:
    """Whether anything is called in ``body``: pure arithmetic is not worth a clock."""
    return any(isinstance(node, ast.Call) for statement in body for node in ast.walk(statement))


def is_costly(body: Iterable[ast.stmt]) -> bool:
    """Whether ``body`` holds a loop, a save, or a call that is not known to be cheap."""
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, (ast.For, ast.While, ast.comprehension)):
                return True
            if isinstance(node, ast.Call) and _name(node) not in _CHEAP:
                return True
    return False


def make_visible(operation: ast.BinOp | ast.Compare, number: int) -> None:
    """Hand both operands of ``operation`` to the counter ``number`` on their way."""
    operation.left = _through("__trialrun_lhs__", number, operation.left)
    if isinstance(operation, ast.BinOp):
        operation.right = _through("__trialrun_rhs__", number, operation.right)
    else:
        operation.comparators[0] = _through("__trialrun_rhs__", number, operation.comparators[0])


def clock_branch(body: list[ast.stmt], number: int) -> list[ast.stmt]:
    """``body`` with a call at its begin and one at its end, in front of a statement that leaves it."""
    end = len(body) - isinstance(body[-1], (ast.Return, ast.Break, ast.Continue, ast.Raise))
    begins, ends = (
        ast.copy_location(ast.Expr(call(name, number, None, near)), near)
        for name, near in (("__trialrun_branch__", body[0]), ("__trialrun_joined__", body[-1]))
    )
    return [begins, *body[:end], ends, *body[end:]]


def call(name: str, number: int, argument: ast.expr | None, near: ast.AST) -> ast.Call:
    """``name(number, argument)``, in the line of ``near``."""
    first = ast.Constant(number)
    node = ast.Call(ast.Name(name, ast.Load()), [first] if argument is None else [first, argument], [])
    for part in (node, node.func, first):
        ast.copy_location(part, near)
    return node


def _through(name: str, number: int, operand: ast.expr) -> ast.Call:
    return call(name, number, operand, operand)


def _is_remainder(node: ast.expr) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod)


def _name(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
