"""Gives prediction and target one shape: ``.squeeze(-1)`` on the side that is (N, 1) (LOS301).

Values: ``operation``: "sub", "mse_loss", ...; ``column``: "left" or "right", the side that is (N, 1).
"""

from __future__ import annotations

import libcst as cst

from trialrun.fixes.site import Site
from trialrun.fixes.source import NotMendableError, called

_OPERATORS: dict[str, tuple[type[cst.BaseBinaryOp], ...]] = {
    "sub": (cst.Subtract,),
    "add": (cst.Add,),
    "mul": (cst.Multiply,),
    "div": (cst.Divide,),
    "true_divide": (cst.Divide,),
    "pow": (cst.Power,),
}
_METHODS = frozenset({"sub", "subtract", "add", "mul", "div", "pow"})
_BARE = (cst.Name, cst.Attribute, cst.Call, cst.Subscript)  # a method can be called on these without brackets
_LOSS_WORDS = ("loss", "criterion", "objective", "error", "cost")


def mend(site: Site) -> None:
    operation, left = str(site.values.get("operation", "")), site.values.get("column", "left") == "left"
    operators = _OPERATORS.get(operation, ())
    binary = [
        node
        for node in site.source.all(cst.BinaryOperation, site.statement)
        if isinstance(node.operator, operators) and site.source.covers(node, site.line)
    ]
    if len(binary) == 1:
        site.changes.rewrite(binary[0].left if left else binary[0].right, "squeeze", _squeezed)
        return
    if binary:
        raise NotMendableError(f"there are {len(binary)} operations of that kind in the line")
    site.changes.rewrite(_operand(_call(site, operation), operation, left), "squeeze", _squeezed)


def _call(site: Site, operation: str) -> cst.Call:
    """The call of the loss: by its name, by a name that says so, or the only one that takes two things."""
    calls = list(site.calls())
    exact = [call for call in calls if called(call) == operation]
    if len(exact) == 1:
        return exact[0]
    pairs = [call for call in calls if len(call.args) >= 2]
    telling = [call for call in pairs if any(word in called(call).lower() for word in _LOSS_WORDS)]
    found = telling if len(telling) == 1 else pairs
    if len(found) != 1:
        raise NotMendableError("it cannot be told which call in that line compares prediction and target")
    return found[0]


def _operand(call: cst.Call, operation: str, left: bool) -> cst.BaseExpression:
    if operation in _METHODS and isinstance(call.func, cst.Attribute) and len(call.args) == 1:
        return call.func.value if left else call.args[0].value
    wanted = ("input", "self", "pred", "prediction") if left else ("target", "other", "targets")
    for arg in call.args:
        if arg.keyword is not None and arg.keyword.value in wanted:
            return arg.value
    position = 0 if left else 1
    if len(call.args) <= position or any(arg.keyword or arg.star for arg in call.args[: position + 1]):
        raise NotMendableError("the operands of that call are not plain arguments")
    return call.args[position].value


def _squeezed(value: cst.BaseExpression) -> cst.BaseExpression:
    if not isinstance(value, _BARE) and not value.lpar:
        value = value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return cst.Call(cst.Attribute(value, cst.Name("squeeze")), [cst.Arg(cst.parse_expression("-1"))])
