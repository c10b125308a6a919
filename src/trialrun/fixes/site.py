"""Where a mend works: the finding's line in its file, the finding's values, and the changes noted so far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import libcst as cst

from trialrun.fixes.changes import Changes
from trialrun.fixes.source import NotMendableError, Source, Statement, dotted


@dataclass
class Site:
    """One finding's place."""

    source: Source
    line: int
    values: dict[str, Any]
    changes: Changes = field(default_factory=Changes)

    @property
    def statement(self) -> Statement:
        """The statement at the line."""
        return self.source.statement(self.line)

    def calls(self) -> Iterator[cst.Call]:
        """Calls of the statement at the line, those on other lines of it left out; of a compound one its header's."""
        statement = self.statement
        for call in self.source.all(cst.Call, statement):
            if self.source.covers(call, self.line):
                yield call

    def module_name(self, module: str, member: str) -> str:
        """How the file may write ``module.member`` ("nn.ModuleList"); notes an import where it has none.

        Raises:
            NotMendableError: the name that the import would bind is used for something else.
        """
        for statement in self.source.module.body:
            for small in statement.body if isinstance(statement, cst.SimpleStatementLine) else ():
                found = _bound_by(small, module, member)
                if found:
                    return found
        parent, _, name = module.rpartition(".")
        if parent and (whole := _imported(self.source, parent)):
            return f"{whole}.{name}.{member}"
        if name in _assigned(self.source):
            raise NotMendableError(f"`{name}` is the name of something else in this file")
        self._import(f"from {parent} import {name}" if parent else f"import {name}", name)
        return f"{name}.{member}"

    def _import(self, code: str, name: str) -> None:
        """Puts an import into the first lines of imports, sorted if they are."""
        body = self.source.module.body
        first = _after_docstring(body)
        imports: list[Statement] = []
        for statement in body[first:]:
            if not _is_import(statement):
                break
            imports.append(statement)
        plain = [s for s in imports if isinstance(_small(s), cst.Import)]
        later = next((s for s in plain if self.source.code(s).strip().split()[1] > name), None)
        if later is not None:
            self.changes.before(later, code)
        elif plain and not imports.index(plain[-1]):
            self.changes.after(plain[-1], code)
        elif imports:
            self.changes.before(imports[0], code)
        elif first < len(body):
            self.changes.before(body[first], code)
        else:
            raise NotMendableError("the file has no statement to put an import in front of")


def _bound_by(small: cst.BaseSmallStatement, module: str, member: str) -> str:
    if isinstance(small, cst.Import):
        for alias in small.names:
            if dotted(alias.name) == module:
                return f"{dotted(alias.asname.name) if alias.asname else module}.{member}"
    if isinstance(small, cst.ImportFrom) and small.module is not None and not small.relative:
        origin = dotted(small.module)
        for alias in small.names if not isinstance(small.names, cst.ImportStar) else ():
            own = dotted(alias.asname.name) if alias.asname else dotted(alias.name)
            if origin == module and dotted(alias.name) == member:
                return own
            if f"{origin}.{dotted(alias.name)}" == module:
                return f"{own}.{member}"
    return ""


def _imported(source: Source, module: str) -> str:
    """The name that a plain import at the top of the file gave ``module``."""
    for statement in source.module.body:
        for small in statement.body if isinstance(statement, cst.SimpleStatementLine) else ():
            found = _bound_by(small, module, "x")
            if found:
                return found.removesuffix(".x")
    return ""


def _assigned(source: Source) -> set[str]:
    names = {dotted(target.target) for target in source.all(cst.AssignTarget)}
    names |= {param.name.value for param in source.all(cst.Param)}
    names |= {function.name.value for function in source.all(cst.FunctionDef)}
    return names


def _small(statement: Statement) -> cst.CSTNode | None:
    return statement.body[0] if isinstance(statement, cst.SimpleStatementLine) and statement.body else None


def _is_import(statement: Statement) -> bool:
    return isinstance(_small(statement), (cst.Import, cst.ImportFrom))


def _after_docstring(body: Any) -> int:
    """Index of the first statement behind the docstring and ``from __future__`` imports."""
    first = 0
    small = _small(body[0]) if body else None
    if isinstance(small, cst.Expr) and isinstance(small.value, (cst.SimpleString, cst.ConcatenatedString)):
        first = 1
    while first < len(body):
        small = _small(body[first])
        future = isinstance(small, cst.ImportFrom) and small.module is not None and dotted(small.module) == "__future__"
        if not future:
            break
        first += 1
    return first
