"""Runs the program under ``if __name__ == "__main__":`` (REP902).

Worker processes that are started anew import the program once more: what stands under the guard is not run by them,
so all they need (imports, classes, functions and what those use) stays in front of it.
"""

from __future__ import annotations

import libcst as cst

from trialrun.fixes.site import Site
from trialrun.fixes.source import NotMendableError, Source, Statement, dotted


def mend(site: Site) -> None:
    source = site.source
    body = list(source.module.body)
    place = next(index for index, statement in enumerate(body) if source.covers(statement, site.line))
    guards = [s for s in body if isinstance(s, cst.If) and "__name__" in source.code(s.test)]
    if guards:
        raise NotMendableError("the file has a main guard already")
    if _stays(body[place]):
        raise NotMendableError("that line is in a function or class: what has to be guarded is the call of it")
    late = next((s for s in body[place:] if _stays(s)), None)
    if late is not None:
        raise NotMendableError(f"what line {source.lines(late)[0]} defines stands behind what runs: move it up first")
    used = _used_by_definitions(source)
    behind = [s for s in body[place:] if _bound(source, s) & used]
    if behind:
        name = sorted(_bound(source, behind[0]) & used)[0]
        raise NotMendableError(f"`{name}` of line {source.lines(behind[0])[0]} is used by a function or class above")
    start = place
    while start > 0 and not _stays(body[start - 1]) and not _bound(source, body[start - 1]) & used:
        start -= 1
    start += 1 if start == 0 and _is_docstring(body[0]) else 0
    site.changes.wrap(body[start], body[-1], 'if __name__ == "__main__":')


def _stays(statement: Statement) -> bool:
    """Whether a worker needs it: a definition or an import."""
    if isinstance(statement, cst.SimpleStatementLine):
        return any(isinstance(small, (cst.Import, cst.ImportFrom)) for small in statement.body)
    if isinstance(statement, (cst.If, cst.Try)):  # "try: import x", "if windows: def f(): ..."
        block = statement.body
        inner = [s for s in block.body if isinstance(s, (cst.BaseCompoundStatement, cst.SimpleStatementLine))]
        return any(_stays(each) for each in inner)
    return isinstance(statement, (cst.FunctionDef, cst.ClassDef))


def _is_docstring(statement: Statement) -> bool:
    return (
        isinstance(statement, cst.SimpleStatementLine)
        and isinstance(statement.body[0], cst.Expr)
        and isinstance(statement.body[0].value, (cst.SimpleString, cst.ConcatenatedString))
    )


def _used_by_definitions(source: Source) -> set[str]:
    """Every name that a function, class or lambda of the file mentions: those it reads from outside are among them."""
    kinds = (cst.FunctionDef, cst.ClassDef)
    return {name.value for kind in kinds for made in source.all(kind) for name in source.all(cst.Name, made.body)}


def _bound(source: Source, statement: Statement) -> set[str]:
    """Names that a statement binds in the module."""
    names = {name.value for target in source.all(cst.AssignTarget, statement) for name in _names(source, target.target)}
    names |= {name.value for loop in source.all(cst.For, statement) for name in _names(source, loop.target)}
    names |= {dotted(assign.target) for assign in source.all(cst.AnnAssign, statement)}
    return names - {""}


def _names(source: Source, target: cst.BaseAssignTargetExpression) -> list[cst.Name]:
    if isinstance(target, (cst.Attribute, cst.Subscript)):
        return []
    return list(source.all(cst.Name, target))
