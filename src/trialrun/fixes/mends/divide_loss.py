"""Divides the loss of each micro-batch by their number: ``(loss / k).backward()`` (GRD409). Place: the backward.

Values: ``backwards``: how many there are in a step; written where the loop has no name for it.
"""

from __future__ import annotations

import libcst as cst

from trialrun.fixes.site import Site
from trialrun.fixes.source import NotMendableError, called, receiver


def mend(site: Site) -> None:
    backwards = [call for call in site.calls() if called(call) == "backward" and receiver(call) is not None]
    if len(backwards) != 1:
        raise NotMendableError("there is no single `backward()` in that line")
    loss = receiver(backwards[0])
    if isinstance(loss, cst.Call) and called(loss) == "scale" and len(loss.args) == 1:
        loss = loss.args[0].value
    assert loss is not None
    if isinstance(loss, cst.BinaryOperation) and isinstance(loss.operator, cst.Divide):
        raise NotMendableError("the loss is divided there already")
    divisor = _divisor(site, backwards[0])
    in_brackets = isinstance(site.source.parent(loss), cst.Arg)
    site.changes.rewrite(loss, "divide", lambda value: _divided(value, divisor, in_brackets))


def _divided(value: cst.BaseExpression, divisor: str, in_brackets: bool) -> cst.BaseExpression:
    if isinstance(value, (cst.BinaryOperation, cst.IfExp, cst.Lambda)) and not value.lpar:
        value = value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    quotient = cst.BinaryOperation(value, cst.Divide(), cst.parse_expression(divisor))
    if in_brackets:
        return quotient
    return quotient.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def _divisor(site: Site, backward: cst.Call) -> str:
    """``k`` of the ``if (i + 1) % k == 0`` that guards the step in the same loop, else the number that was measured."""
    source = site.source
    for loop in source.loops(backward)[:1]:
        for test in source.all(cst.If, loop):
            if not any(called(call) == "step" for call in source.all(cst.Call, test.body)):
                continue
            for part in source.all(cst.BinaryOperation, test.test):
                if isinstance(part.operator, cst.Modulo) and isinstance(part.right, (cst.Name, cst.Attribute)):
                    return source.code(part.right)
    number = site.values.get("backwards")
    if not isinstance(number, int) or number < 2:
        raise NotMendableError("it is not known by what to divide")
    return str(number)
