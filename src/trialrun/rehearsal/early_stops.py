"""Places where a loop may end before its length says: a ``break`` that the rehearsal never reached."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from trialrun.evidence import Evidence
from trialrun.evidence.place import Where


def early_stops(evidence: Evidence, followed: Callable[[Where], bool]) -> Iterator[str]:
    """A sentence for each; ``followed``: whether the test on a line is known to end its loop, and when."""
    missed = {(block.file, line) for record in evidence.coverage for block in record.missed for line in block.lines}
    loops = [record.where for record in evidence.loop if record.kind in ("training", "epoch")]
    for file, text in evidence.source.items():
        lines = {where.line: where for where in loops if where.file == file}
        if not lines:
            continue
        try:
            tree = ast.parse(text)
        except SyntaxError:
            continue
        for node in ast.walk(tree):
            if isinstance(node, (ast.For, ast.While)) and node.lineno in lines:
                for test, line in _breaks(node.body, None):
                    place = Where(file, test or line, lines[node.lineno].function)
                    if (file, line) in missed and not followed(place):
                        yield f"{place.file}:{line}: this break was not reached; the loop may end sooner."


def _breaks(body: list[ast.stmt], test: int | None) -> Iterator[tuple[int | None, int]]:
    """Lines of each ``break`` of the loop that ``body`` belongs to, and of the ``if`` in front of it."""
    for node in body:
        if isinstance(node, ast.Break):
            yield test, node.lineno
        elif isinstance(node, (ast.For, ast.While)):
            yield from _breaks(node.orelse, test)
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            inner = node.lineno if isinstance(node, ast.If) else test
            for part in ("body", "orelse", "finalbody"):
                yield from _breaks(getattr(node, part, []), inner)
            for handler in getattr(node, "handlers", []):
                yield from _breaks(handler.body, test)
