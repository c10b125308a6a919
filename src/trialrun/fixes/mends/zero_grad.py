"""Clears the gradients once per step (GRD401).

An optimiser's are cleared before the ``backward`` of the same block, or else right after the step. Values:
``by_hand``: the weights are updated without an optimiser; then each ``X.grad`` of the block is set to None after its
last use there.
"""

from __future__ import annotations

import libcst as cst

from trialrun.fixes.site import Site
from trialrun.fixes.source import NotMendableError, Source, Statement, called, dotted, receiver


def mend(site: Site) -> None:
    if site.values.get("by_hand"):
        _by_hand(site)
        return
    step = next((call for call in site.calls() if called(call) == "step" and receiver(call) is not None), None)
    if step is None:
        raise NotMendableError("no call of a `step()` stands there")
    source, statement = site.source, source_statement(site, step)
    optimiser = _optimiser(site.source, step)
    closure = next((arg.value for arg in step.args if arg.keyword is None or arg.keyword.value == "closure"), None)
    if isinstance(closure, cst.Name) and closure.value != optimiser:
        functions = [f for f in source.all(cst.FunctionDef) if f.name.value == closure.value]
        backwards = [s for f in functions for s in backward_statements(source, f)]
        if len(backwards) != 1:
            raise NotMendableError(f"the closure `{closure.value}` has no single `backward()`")
        site.changes.before(backwards[0], f"{optimiser}.zero_grad()")
        return
    block = source.block(statement)
    own = [s for s in backward_statements(source, block) if source.block(s) is block]
    earlier = [s for s in own if source.lines(s)[0] < source.lines(statement)[0]]
    if len(own) == 1 == len(earlier):
        site.changes.before(earlier[0], f"{optimiser}.zero_grad()")
    else:
        site.changes.after(statement, f"{optimiser}.zero_grad()")


def source_statement(site: Site, call: cst.Call) -> Statement:
    """The statement of a call whose names hold there too."""
    if site.source.is_bound_inside(call):
        raise NotMendableError("the call stands in a comprehension or a lambda")
    statement = site.source.statement_of(call)
    if not isinstance(statement, cst.SimpleStatementLine):  # behind "if due:", say: what follows would always run
        raise NotMendableError("the call is not one of the lines of a block")
    return statement


def backward_statements(source: Source, within: cst.CSTNode) -> list[Statement]:
    """Statements of one line each that call ``backward``."""
    found = [source.statement_of(call) for call in source.all(cst.Call, within) if called(call) == "backward"]
    return [s for s in dict.fromkeys(found) if isinstance(s, cst.SimpleStatementLine)]


def _optimiser(source: Source, step: cst.Call) -> str:
    """``opt`` of ``opt.step()`` and of ``scaler.step(opt)``."""
    owner = receiver(step)
    assert owner is not None
    scaled = "scaler" in source.code(owner).lower() and len(step.args) > 0
    return source.code(step.args[0].value if scaled else owner).strip()


def _by_hand(site: Site) -> None:
    source = site.source
    block = source.block(site.statement)
    last: dict[str, Statement] = {}
    for attribute in source.all(cst.Attribute, block):
        name = dotted(attribute.value) if attribute.attr.value == "grad" else ""
        if not name or source.is_bound_inside(attribute):
            continue
        statement = source.statement_of(attribute)
        while source.block(statement) is not block:
            statement = next(o for o in source.around(statement) if isinstance(o, cst.BaseCompoundStatement))
        last[name] = statement
    if not last:
        raise NotMendableError("no `.grad` is used in the lines of this update")
    for name, statement in last.items():
        site.changes.after(statement, f"{name}.grad = None")
