"""Evaluates without building a graph: ``torch.no_grad`` for the function or the loop (EVA703).

The place is the model's call. Values: ``loop_line``: the first line of the evaluation loop around it, if any.
"""

from __future__ import annotations

import libcst as cst

from trialrun.fixes.modes import reaches
from trialrun.fixes.site import Site
from trialrun.fixes.source import NotMendableError, Statement

_NEEDS_GRAPH = {"backward", "grad", "step", "enable_grad", "requires_grad_"}


def mend(site: Site) -> None:
    source = site.source
    statement: Statement = site.statement
    loops = source.loops(statement)
    if isinstance(statement, (cst.For, cst.While)):
        loops = [statement, *loops]
    wanted = site.values.get("loop_line")
    inner: Statement = next(
        (loop for loop in loops if source.lines(loop)[0] == wanted), loops[0] if loops else statement
    )
    if reaches(source, inner, _NEEDS_GRAPH):
        raise NotMendableError("something in there needs gradients")
    function = source.function(statement)
    if function is not None and not reaches(source, function, _NEEDS_GRAPH) and function.name.value != "forward":
        code = site.module_name("torch", "no_grad")
        site.changes.rewrite(function, "no_grad", lambda f: _decorated(f, f"{code}()"))
        return
    if any(True for _ in source.all(cst.Yield, inner)):
        raise NotMendableError("the loop is part of a generator")
    source.block(inner)
    site.changes.wrap(inner, inner, f"with {site.module_name('torch', 'no_grad')}():")


def _decorated(function: cst.FunctionDef, code: str) -> cst.FunctionDef:
    return function.with_changes(decorators=[*function.decorators, cst.Decorator(cst.parse_expression(code))])
