"""Puts the model into eval mode for an evaluation, and back into train mode where nothing else does (EVA701).

The place is the model's call. Values: ``loop_line``: the first line of the evaluation loop around it, if any.
"""

from __future__ import annotations

import libcst as cst

from trialrun.fixes.modes import model_of, sets_train_mode
from trialrun.fixes.site import Site
from trialrun.fixes.source import NotMendableError, Source, Statement, called, dotted


def mend(site: Site) -> None:
    source = site.source
    call, model = model_of(site)
    statement: Statement = source.statement_of(call)
    loop = next((outer for outer in source.loops(call) if source.lines(outer)[0] == site.values.get("loop_line")), None)
    if loop is not None:
        statement = loop
    root = model.partition(".")[0]
    if root != "self" and root in _bound_in(source, statement):
        raise NotMendableError(f"`{root}` is given its value in the loop itself")
    site.changes.before(_outermost(source, statement), f"{model}.eval()")
    if not sets_train_mode(source, statement):
        site.changes.after(_outermost(source, statement), f"{model}.train()")


def _outermost(source: Source, statement: Statement) -> Statement:
    """The ``with torch.no_grad():`` that holds nothing else, or the statement itself."""
    block = source.block(statement)
    outer = source.parent(block)
    if isinstance(outer, cst.With) and isinstance(source.parent(outer), (cst.Module, cst.IndentedBlock)):
        names = {called(item.item) for item in outer.items if isinstance(item.item, cst.Call)}
        if names and names <= {"no_grad", "inference_mode", "autocast"}:
            return outer
    return statement


def _bound_in(source: Source, statement: Statement) -> set[str]:
    names = {dotted(target.target) for target in source.all(cst.AssignTarget, statement)}
    if isinstance(statement, cst.For):
        names |= {name.value for name in source.all(cst.Name, statement.target)}
    return names
