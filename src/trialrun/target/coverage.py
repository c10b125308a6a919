"""Which statements of the user's source ran, and the condition in front of those that did not.

The source is divided into blocks: runs of statements that are all reached once the first one is. The instrumented
source marks each block it enters in a byte array.
"""

from __future__ import annotations

import ast
import mmap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from trialrun.evidence.place import Where
from trialrun.evidence.program import CoverageRecord, MissedBlock

# A statement that only calls these cannot be what steps, clears or evaluates: not having reached it refutes nothing.
# fmt: off
HARMLESS_CALLS = frozenset((
    "ArgumentParser", "AssertionError", "Exception", "FileNotFoundError", "ImportError", "KeyError",
    "NotImplementedError", "Path", "RuntimeError", "SystemExit", "TypeError", "ValueError", "abspath",
    "add_argument", "add_figure", "add_histogram", "add_image", "add_scalar", "add_scalars", "all", "any", "append",
    "asctime", "basename", "cla", "clf", "close", "collect", "colorbar", "cpu_count", "critical", "debug", "device",
    "device_count", "dirname", "dump", "dumps", "empty_cache", "endswith", "error", "exception", "exists", "exit",
    "expanduser", "figure", "float", "flush", "format", "get", "getLogger", "get_device_name", "getenv", "glob",
    "hasattr", "hexdigest", "imshow", "info", "insert", "int", "is_available", "isdir", "isfile", "isinstance",
    "item", "items", "join", "keys", "legend", "len", "list", "log", "log_artifact", "log_metric", "log_metrics",
    "lower", "makedirs", "manual_seed", "manual_seed_all", "max", "min", "mkdir", "now", "open", "parse_args",
    "perf_counter", "plot", "print", "range", "repr", "round", "save", "save_file", "save_pretrained", "savefig",
    "savez", "seed", "set_description", "set_postfix", "set_title", "setdefault", "show", "sorted", "split",
    "startswith", "state_dict", "str", "strftime", "strip", "strptime", "subplots", "sum", "synchronize",
    "tight_layout", "time", "title", "tolist", "tuple", "type", "update_description", "upper", "values", "warn",
    "warning", "write", "writerow", "xlabel", "ylabel", "zip",
))
# fmt: on


@dataclass
class Block:
    """A run of statements reached together."""

    index: int
    guard: str
    function: str
    parent: int | None
    lines: list[int] = field(default_factory=list)
    harmless: bool = True
    binds: bool = False


def guard_of(node: ast.AST, branch: str, source: str) -> str:
    """The condition under which the ``branch`` of a compound statement runs, as the user wrote it."""

    def text(part: ast.AST | None) -> str:
        segment = "" if part is None else ast.get_source_segment(source, part) or ""
        flat = " ".join(segment.split())
        return flat if len(flat) <= 70 else flat[:67] + "..."

    if isinstance(node, ast.If):
        return f"if {text(node.test)}" if branch == "body" else f"else of: if {text(node.test)}"
    if isinstance(node, ast.While):
        return f"while {text(node.test)}" if branch == "body" else f"else of: while {text(node.test)}"
    if isinstance(node, (ast.For, ast.AsyncFor)):
        return f"{'' if branch == 'body' else 'else of: '}for {text(node.target)} in {text(node.iter)}"
    if isinstance(node, ast.ExceptHandler):
        return f"except {text(node.type)}".rstrip()
    if isinstance(node, ast.match_case):
        return f"case {text(node.pattern)}"
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return f"def {node.name}, never called"
    if isinstance(node, ast.Try):
        return "else of: try" if branch == "orelse" else "finally"
    return branch


def is_harmless(statement: ast.stmt) -> bool:
    """Whether the statement itself (not what is nested in it) cannot refute a claim of absence."""
    if isinstance(statement, (ast.Pass, ast.Break, ast.Continue, ast.Raise, ast.Import, ast.ImportFrom, ast.Global)):
        return True
    parts: Iterable[ast.AST] = [statement]
    if isinstance(statement, (ast.If, ast.While)):
        parts = [statement.test]
    elif isinstance(statement, ast.For):
        parts = [statement.iter]
    elif isinstance(statement, (ast.With, ast.AsyncWith)):
        parts = [item.context_expr for item in statement.items]
    elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Try)):
        return True
    return all(_harmless_call(call) for part in parts for call in ast.walk(part) if isinstance(call, ast.Call))


def binds(statement: ast.stmt) -> bool:
    """Whether a name, attribute or item gets a value here, so that later lines could need it."""
    kinds = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.FunctionDef, ast.ClassDef, ast.For, ast.With, ast.Delete)
    return isinstance(statement, kinds) or any(isinstance(node, ast.NamedExpr) for node in ast.walk(statement))


def _harmless_call(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return name in HARMLESS_CALLS


def may_leave(statement: ast.stmt) -> bool:
    """Whether what follows a compound statement may be left out: it can return, break, raise, loop or be cut."""
    leaving = (ast.Return, ast.Raise, ast.Break, ast.Continue, ast.While, ast.For, ast.Try)
    return isinstance(statement, (ast.If, ast.While, ast.For, ast.With, ast.Try, ast.Match)) and any(
        isinstance(node, leaving) for node in _own_nodes(statement)
    )


def _own_nodes(statement: ast.AST) -> Iterator[ast.AST]:
    """Nodes of a statement, those of nested functions and classes left out."""
    yield statement
    for child in ast.iter_child_nodes(statement):
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            yield from _own_nodes(child)


@dataclass
class FileCoverage:
    """The blocks of one file and the marks its instrumented source sets."""

    file: str  # as in Where.file
    blocks: list[Block] = field(default_factory=list)
    hits: bytearray = field(default_factory=bytearray)
    name: str = ""  # of the builtin through which the source finds ``hits``
    elsewhere: mmap.mmap | bytearray = field(default_factory=bytearray)  # marks that forked loader workers set

    def missed(self, cut_at: dict[int, int] | None = None) -> Iterator[MissedBlock]:
        """Blocks never reached, nested ones folded into the outermost missed one.

        ``cut_at`` gives, by block, the line at which an exception left it for good: what follows was not run.
        """
        folded: dict[int, MissedBlock] = {}
        for block in self.blocks:
            if self.reached(block.index):
                stop = (cut_at or {}).get(block.index)
                if stop is not None and any(line > stop for line in block.lines):
                    lines = tuple(line for line in block.lines if line > stop)
                    guard = f"after the exception on line {stop}"
                    folded[block.index] = MissedBlock(
                        self.file, lines, guard, block.function, block.harmless, block.binds, behind_exception=True
                    )
                continue
            root = block
            while root.parent is not None and not self.reached(self.blocks[root.parent].index):
                root = self.blocks[root.parent]
            before = folded.get(root.index)
            lines = tuple(sorted({*(before.lines if before else ()), *block.lines}))
            harmless = block.harmless and (before is None or before.harmless)
            binds = block.binds or (before is not None and before.binds)
            behind = self._behind_exception(root, cut_at or {})
            folded[root.index] = MissedBlock(self.file, lines, root.guard, root.function, harmless, binds, behind)
        return iter(record for _, record in sorted(folded.items()) if record.lines)

    def reached(self, index: int) -> bool:
        """Whether the block ran, here or in a loader's worker."""
        return bool(self.hits[index] or (index < len(self.elsewhere) and self.elsewhere[index]))

    def forget(self, lines: set[int]) -> None:
        """Leave out what is on these lines and has not been reached: it is not watched any more."""
        for block in self.blocks:
            if not self.reached(block.index) and lines.issuperset(block.lines):
                block.lines = []

    def _behind_exception(self, root: Block, cut_at: dict[int, int]) -> bool:
        """Whether the block follows, at the same depth, a statement that an exception left."""
        stop = None if root.parent is None else cut_at.get(root.parent)
        return stop is not None and bool(root.lines) and root.lines[0] > stop

    def block_at(self, line: int) -> int | None:
        """The block that holds the statement on ``line``."""
        return next((block.index for block in self.blocks if line in block.lines), None)


def summarise(files: Iterable[FileCoverage], crashed_at: Iterable[Where] = ()) -> CoverageRecord:
    """Coverage over all files; statements behind one that raised out of the program count as missed."""
    stops = {(place.file, place.line) for place in crashed_at}
    missed: list[MissedBlock] = []
    statements = 0
    names: list[str] = []
    for coverage in files:
        names.append(coverage.file)
        statements += sum(len(block.lines) for block in coverage.blocks)
        cut_at = {
            index: line
            for file, line in stops
            if file == coverage.file and (index := coverage.block_at(line)) is not None
        }
        missed.extend(coverage.missed(cut_at))
    return CoverageRecord(
        statements, statements - sum(len(block.lines) for block in missed), tuple(missed), tuple(names)
    )
