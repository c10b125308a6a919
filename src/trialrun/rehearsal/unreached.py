"""What the rehearsal never reached and the full run may: a ``break`` that ends a loop sooner, a file that is saved."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from trialrun.evidence import Evidence
from trialrun.evidence.place import Where

# fmt: off
SAVING = frozenset((
    "dump", "save", "save_file", "save_pretrained", "savefig", "savetxt", "savez", "to_csv", "write_bytes",
    "write_text",
))
# fmt: on


def unreached(evidence: Evidence, followed: Callable[[Where], bool]) -> Iterator[str]:
    """A sentence for each; ``followed``: whether the test on a line is known to end its loop, and when."""
    missed = {(block.file, line) for record in evidence.coverage for block in record.missed for line in block.lines}
    for file, text in evidence.source.items():
        lines = {line for name, line in missed if name == file}
        loops = {
            record.where.line: record.where
            for record in evidence.loop
            if record.where.file == file and record.kind in ("training", "epoch")
        }
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, (ast.For, ast.While)) and node.lineno in loops:
                for test, line in _breaks(node.body, None):
                    if line in lines and not followed(Where(file, test or line, loops[node.lineno].function)):
                        yield f"{file}:{line}: this break was not reached; the loop may end sooner."
            elif isinstance(node, ast.Call) and node.lineno in lines and _name(node) in SAVING:
                yield f"{file}:{node.lineno}: this was not reached; what it writes is not in it."


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


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
