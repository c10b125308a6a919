"""What is to change in a tree, noted against its nodes, and all of it done in one pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, TypeAlias

import libcst as cst

from trialrun.fixes.source import Block, Statement

Rewrite: TypeAlias = Callable[[Any], cst.CSTNode]
_Lines: TypeAlias = list[Any]  # the statements of a block


@dataclass
class Changes:
    """Changes keyed by the nodes they are about. The same change noted twice is made once."""

    befores: dict[cst.CSTNode, dict[str, None]] = field(default_factory=dict)  # lines to put in front of a statement
    afters: dict[cst.CSTNode, dict[str, None]] = field(default_factory=dict)
    rewrites: dict[cst.CSTNode, dict[str, Rewrite]] = field(default_factory=dict)
    moves: dict[cst.CSTNode, dict[cst.CSTNode, None]] = field(default_factory=dict)  # what is to stand before it
    wraps: dict[cst.CSTNode, dict[str, cst.CSTNode]] = field(default_factory=dict)  # first -> header, last

    def before(self, statement: Statement, code: str) -> None:
        """Puts the line ``code`` in front of ``statement``."""
        self.befores.setdefault(statement, {})[code] = None

    def after(self, statement: Statement, code: str) -> None:
        """Puts the line ``code`` behind ``statement``."""
        self.afters.setdefault(statement, {})[code] = None

    def rewrite(self, node: cst.CSTNode, what: str, how: Rewrite) -> None:
        """Replaces ``node`` by ``how(node)``; ``what`` names the change, to know it again."""
        self.rewrites.setdefault(node, {})[what] = how

    def move(self, statement: Statement, before: Statement) -> None:
        """Takes ``statement`` from its place to stand before another one of the same block."""
        self.moves.setdefault(before, {})[statement] = None

    def wrap(self, first: Statement, last: Statement, header: str) -> None:
        """Indents the statements of a block from ``first`` to ``last`` under ``header`` ("with torch.no_grad():")."""
        self.wraps.setdefault(first, {})[header] = last

    def add(self, other: Changes) -> None:
        """Takes over what ``other`` notes."""
        for part in fields(self):
            mine, theirs = getattr(self, part.name), getattr(other, part.name)
            for node, noted in theirs.items():
                mine.setdefault(node, {}).update(noted)

    def made(self, module: cst.Module) -> str:
        """The text of ``module`` with all changes made."""
        changed = module.visit(_Maker(self, module))
        assert isinstance(changed, cst.Module)
        return changed.code


class _Maker(cst.CSTTransformer):
    def __init__(self, changes: Changes, module: cst.Module) -> None:
        super().__init__()
        self._changes = changes
        self._config = module.config_for_parsing

    def on_leave(self, original_node: cst.CSTNode, updated_node: Any) -> Any:
        updated: Any = super().on_leave(original_node, updated_node)
        for how in self._changes.rewrites.get(original_node, {}).values():
            updated = how(updated)
        if isinstance(original_node, (cst.Module, cst.IndentedBlock)):
            updated = updated.with_changes(body=self._lines(original_node, updated.body))
        return updated

    def _lines(self, block: Block, updated: Sequence[Any]) -> _Lines:
        """The block's statements with what is put in, moved and wrapped."""
        now: dict[cst.CSTNode, Any] = dict(zip(block.body, updated, strict=True))  # children are rewritten one for one
        moved = {statement for target in block.body for statement in self._changes.moves.get(target, {})}
        done: _Lines = []
        open_wraps: list[tuple[str, cst.CSTNode, _Lines]] = []
        for statement in block.body:
            for header, last in self._changes.wraps.get(statement, {}).items():
                open_wraps.append((header, last, []))
            into = open_wraps[-1][2] if open_wraps else done
            if statement not in moved:
                new: _Lines = []
                for other in (*self._changes.moves.get(statement, {}), statement):
                    new += [self._parsed(code) for code in self._changes.befores.get(other, {})]
                    new += [now[other]] if other is not statement else []
                if new:
                    blank, own = _split(now[statement].leading_lines)
                    into.append(new[0].with_changes(leading_lines=[*blank, *new[0].leading_lines]))
                    into.extend(new[1:])
                    into.append(now[statement].with_changes(leading_lines=own))
                else:
                    into.append(now[statement])
            into.extend(self._parsed(code) for code in self._changes.afters.get(statement, {}))
            while open_wraps and open_wraps[-1][1] is statement:
                header, _, inner = open_wraps.pop()
                (open_wraps[-1][2] if open_wraps else done).append(self._wrapped(header, inner))
        return done

    def _parsed(self, code: str) -> Any:
        return cst.parse_statement(code, config=self._config)

    def _wrapped(self, header: str, lines: _Lines) -> Any:
        shell: Any = self._parsed(f"{header}\n{self._config.default_indent}pass\n")
        first = lines[0]
        inner = [first.with_changes(leading_lines=()), *lines[1:]]
        return shell.with_changes(leading_lines=first.leading_lines, body=shell.body.with_changes(body=inner))


def _split(leading: Sequence[cst.EmptyLine]) -> tuple[list[cst.EmptyLine], list[cst.EmptyLine]]:
    """Blank lines in front of a statement, and what follows them: a comment belongs to its statement."""
    number = next((index for index, line in enumerate(leading) if line.comment is not None), len(leading))
    return list(leading[:number]), list(leading[number:])
