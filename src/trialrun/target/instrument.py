"""Rewrite the user's source so that its loops and branches can be watched; line numbers stay as they are.

    for x in E:     ->  for x in __trialrun_for__(7, E):
    while T:        ->  __trialrun_enter__(8)
                        try:
                            while T and __trialrun_go__(8) or __trialrun_over__(8):
                        finally:
                            __trialrun_left__(8)
    next(I)         ->  __trialrun_next__(next, I)
    if a % b == 0:  ->  see ``counted``
    <a block>       ->  __trialrun_hits_0__[12] = 1; <a block>

The names live in ``builtins``, so that the script's own namespace holds nothing it did not put there.
"""

from __future__ import annotations

import ast
import builtins
import importlib.util
import itertools
import mmap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import CodeType
from typing import TypeVar

from trialrun.evidence.place import Where
from trialrun.target import counted
from trialrun.target.counters import Counters
from trialrun.target.coverage import Block, FileCoverage, binds, guard_of, is_harmless, may_leave
from trialrun.target.forks import share_marks
from trialrun.target.loops import Loops
from trialrun.target.sites import Site

_Node = TypeVar("_Node", bound=ast.stmt)


@dataclass
class Instrumented:
    """One file of the program, rewritten."""

    code: CodeType
    coverage: FileCoverage
    guarded: frozenset[int]  # lines that stand inside an ``if``


class Instrumenter:
    """Rewrites files and registers their loops; one for the whole program."""

    def __init__(self, loops: Loops) -> None:
        self._loops = loops
        self._counters = Counters(loops.clock)
        self._count = itertools.count()
        self.files: dict[str, Instrumented] = {}  # by file name as compiled
        self._names = {
            "__trialrun_for__": loops.for_loop,
            "__trialrun_enter__": loops.enter_while,
            "__trialrun_go__": loops.go_on,
            "__trialrun_over__": loops.over,
            "__trialrun_left__": loops.left_while,
            "__trialrun_next__": loops.next_item,
            "__trialrun_lhs__": self._counters.left,
            "__trialrun_rhs__": self._counters.right,
            "__trialrun_branch__": self._counters.begins,
            "__trialrun_joined__": self._counters.ends,
        }

    def install(self) -> None:
        """Make the names that rewritten sources use available."""
        for name, value in self._names.items():
            setattr(builtins, name, value)
        share_marks(self)

    def coverages(self) -> Iterator[FileCoverage]:
        """What is known of each file's blocks."""
        return (file.coverage for file in self.files.values())

    def loops_of(self, filename: str) -> Sequence[Site]:
        """The loops of one file."""
        return self._loops.of(filename)

    def compile(self, source: bytes | str, filename: str, shown: str) -> CodeType:
        """Code of ``source`` as ``compile(source, filename, "exec")`` gives it, watched; ``shown`` is its Where.file.

        Raises SyntaxError and ValueError as ``compile`` does.
        """
        tree = _Draws().visit(ast.parse(source, filename))
        text = source if isinstance(source, str) else _decoded(source)
        coverage = FileCoverage(shown)
        hits = f"__trialrun_hits_{next(self._count)}__"
        rewriter = _Rewriter(text, shown, coverage, hits, len(self._loops.sites), self._counters)
        rewriter.module(tree)
        code = compile(ast.fix_missing_locations(tree), filename, "exec", dont_inherit=True)
        coverage.name, coverage.hits = hits, bytearray(len(coverage.blocks))
        coverage.elsewhere = mmap.mmap(-1, max(len(coverage.blocks), 1))
        setattr(builtins, hits, coverage.hits)
        self._loops.add(filename, rewriter.sites)
        self.files[filename] = Instrumented(code, coverage, frozenset(rewriter.guarded))
        return code


def _decoded(source: bytes) -> str:
    return importlib.util.decode_source(source)


class _Rewriter:
    def __init__(
        self, source: str, shown: str, coverage: FileCoverage, hits: str, first_site: int, counters: Counters
    ) -> None:
        self._source = source
        self._shown = shown
        self._coverage = coverage
        self._hits = hits
        self._first_site = first_site
        self._counters = counters
        self._around: list[Site] = []  # loops around the current statement, in its function
        self._functions: list[str] = []
        self._ifs = 0
        self.sites: list[Site] = []
        self.guarded: set[int] = set()

    def module(self, tree: ast.Module) -> None:
        tree.body = self._block(tree.body, "<module>", None)

    @property
    def _function(self) -> str:
        return ".".join(self._functions) or "<module>"

    def _block(self, body: list[ast.stmt], guard: str, parent: int | None) -> list[ast.stmt]:
        """``body`` with a mark in front, and another one behind each statement that may not fall through."""
        result: list[ast.stmt] = []
        block: Block | None = None
        reason = guard
        for statement in body:
            if _must_stay_first(statement, result):
                result.append(statement)
                continue
            if block is None:
                block = Block(len(self._coverage.blocks), reason, self._function, parent)
                self._coverage.blocks.append(block)
                result.append(self._mark(block, statement))
            block.lines.append(statement.lineno)
            block.harmless = block.harmless and is_harmless(statement)
            block.binds = block.binds or binds(statement)
            if self._ifs:
                self.guarded.update(range(statement.lineno, (statement.end_lineno or statement.lineno) + 1))
            leaves = may_leave(statement)
            result.extend(self._statement(statement, block.index))
            if leaves:
                parent, block = block.index, None
                reason = f"after the {type(statement).__name__.lower()} on line {statement.lineno}"
        return result

    def _mark(self, block: Block, before: ast.stmt) -> ast.stmt:
        mark = ast.parse(f"{self._hits}[{block.index}] = 1").body[0]
        for node in ast.walk(mark):
            if hasattr(node, "lineno"):
                ast.copy_location(node, before)
                node.end_lineno, node.end_col_offset = before.lineno, before.col_offset  # type: ignore[attr-defined]
        return mark

    def _statement(self, node: ast.stmt, block: int) -> Sequence[ast.stmt]:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            self._definition(node, block)
        elif isinstance(node, ast.If):
            self._if(node, block)
        elif isinstance(node, ast.For):
            self._loop_body(node, block)
            node.iter = counted.call("__trialrun_for__", self.sites[-1].id, node.iter, node.iter)
            self._nested(node, block, self.sites[-1])
        elif isinstance(node, ast.While):
            return self._while(node, block)
        elif isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            self._try(node, block)  # type: ignore[arg-type]
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            node.body = self._inline(node.body, block)
        elif isinstance(node, ast.AsyncFor):
            self._nested(node, block, None)
        elif isinstance(node, ast.Match):
            for case in node.cases:
                case.body = self._branch(case.body, guard_of(case, "body", self._source), block, conditional=True)
        return [node]

    def _definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, block: int) -> None:
        self._functions.append(node.name)
        ifs, self._ifs = self._ifs, 0
        around, self._around = self._around, []
        guard = "class body" if isinstance(node, ast.ClassDef) else guard_of(node, "body", self._source)
        node.body = self._block(node.body, guard, block)
        self._ifs, self._around = ifs, around
        self._functions.pop()

    def _if(self, node: ast.If, block: int) -> None:
        body, otherwise = guard_of(node, "body", self._source), guard_of(node, "orelse", self._source)
        number = self._count_test(node)
        node.body = self._branch(node.body, body, block, conditional=True)
        if number is not None:
            node.body = counted.clock_branch(node.body, number)
        if node.orelse:
            node.orelse = self._branch(node.orelse, otherwise, block, conditional=True)

    def _count_test(self, node: ast.If) -> int | None:
        """Follow the whole numbers that a test compares; the number of the counter of a branch to be clocked."""
        site = self._around[-1] if self._around else None
        remainder = counted.period_of(node.test)
        if remainder is not None and counted.calls(node.body):
            number = self._counters.add(self._where(node), site, "branch", costly=counted.is_costly(node.body))
            counted.make_visible(remainder, number)
            return number
        bound = counted.bound_of(node.test, ast.Or)
        if bound is not None and site is not None and counted.ends_loop(node.body):
            counted.make_visible(bound[0], self._counters.add(self._where(node), site, "break", bound[1]))
        return None

    def _where(self, node: ast.stmt) -> Where:
        return Where(self._shown, node.lineno, self._functions[-1] if self._functions else "<module>")

    def _branch(self, body: list[ast.stmt], guard: str, block: int, *, conditional: bool) -> list[ast.stmt]:
        self._ifs += conditional
        result = self._block(body, guard, block)
        self._ifs -= conditional
        return result

    def _loop_body(self, node: ast.For | ast.While, block: int) -> None:
        last = node.body[-1]
        self.sites.append(
            Site(
                id=self._first_site + len(self.sites),
                where=self._where(node),
                kind="for" if isinstance(node, ast.For) else "while",
                first_line=node.body[0].lineno,
                last_line=last.end_lineno or last.lineno,
                trains=any(_is_backward(part) for part in ast.walk(node)),
            )
        )

    def _nested(self, node: ast.For | ast.While | ast.AsyncFor, block: int, site: Site | None) -> None:
        ifs, self._ifs = self._ifs, 0  # "guarded" asks for an ``if`` inside the loop
        around, self._around = self._around, [*self._around, site] if site is not None else self._around
        node.body = self._block(node.body, guard_of(node, "body", self._source), block)
        self._ifs, self._around = ifs, around
        if node.orelse:
            node.orelse = self._block(node.orelse, guard_of(node, "orelse", self._source), block)

    def _while(self, node: ast.While, block: int) -> Sequence[ast.stmt]:
        self._loop_body(node, block)
        site = self.sites[-1]
        test = node.test
        enter, left = (
            ast.copy_location(ast.Expr(counted.call(name, site.id, None, test)), node)
            for name in ("__trialrun_enter__", "__trialrun_left__")
        )
        go_on, over = (counted.call(name, site.id, None, test) for name in ("__trialrun_go__", "__trialrun_over__"))
        bound = counted.bound_of(test, ast.And)
        if bound is not None and counted.calls(node.body):
            counted.make_visible(bound[0], self._counters.add(self._where(node), site, "while", bound[1]))
        holds = ast.copy_location(ast.BoolOp(ast.And(), [test, go_on]), test)
        node.test = ast.copy_location(ast.BoolOp(ast.Or(), [holds, over]), test)
        self._nested(node, block, site)
        return [enter, ast.copy_location(ast.Try([node], [], [], [left]), node)]

    def _try(self, node: ast.Try, block: int) -> None:
        node.body = self._inline(node.body, block)
        for handler in node.handlers:
            handler.body = self._branch(handler.body, guard_of(handler, "body", self._source), block, conditional=False)
        if node.orelse:
            node.orelse = self._block(node.orelse, guard_of(node, "orelse", self._source), block)
        if node.finalbody:
            node.finalbody = self._block(node.finalbody, "finally", block)

    def _inline(self, body: list[ast.stmt], block: int) -> list[ast.stmt]:
        """A body that runs as soon as its statement does: its lines still get a block, an exception may skip them."""
        return self._block(body, "with" if len(body) else "", block)


class _Draws(ast.NodeTransformer):
    """Lets ``next(...)`` be seen: what a loop body draws from an iterator has to be the same when it is repeated."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "next" and node.args and not node.keywords:
            seen = ast.copy_location(ast.Name("__trialrun_next__", ast.Load()), node.func)
            return ast.copy_location(ast.Call(seen, [node.func, *node.args], []), node)
        return node


def _is_backward(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "backward"


def _must_stay_first(statement: ast.stmt, before: list[ast.stmt]) -> bool:
    """Docstrings and ``from __future__`` imports lose their meaning behind any other statement."""
    if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
        return True
    is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return is_text and not before
