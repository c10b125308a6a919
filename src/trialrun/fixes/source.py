"""The user's source as a tree that keeps every blank and comment, and what stands where in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias, TypeVar

import libcst as cst
from libcst.metadata import MetadataWrapper, ParentNodeProvider, PositionProvider

Statement: TypeAlias = cst.SimpleStatementLine | cst.BaseCompoundStatement
Block: TypeAlias = cst.Module | cst.IndentedBlock
Loop: TypeAlias = cst.For | cst.While
_Node = TypeVar("_Node", bound=cst.CSTNode)


class NotMendableError(Exception):
    """The place is not what a mend expects; the message is the reason, without a full stop."""


class Source:
    """A parsed file. Nodes are known by identity; lines count from 1.

    Raises:
        NotMendableError: it cannot be parsed, or not without changing it.
    """

    def __init__(self, text: str) -> None:
        try:
            wrapper = MetadataWrapper(cst.parse_module(text))
        except cst.ParserSyntaxError as error:
            raise NotMendableError(f"line {error.raw_line} could not be parsed") from error
        except RecursionError as error:
            raise NotMendableError("the file is nested too deeply to be parsed") from error
        self.module = wrapper.module
        if self.module.code != text:  # lone carriage returns, form feeds
            raise NotMendableError("the file has line ends or signs that would not stay as they are")
        self._children: dict[cst.CSTNode, Sequence[cst.CSTNode]] = {}
        self._positions = wrapper.resolve(PositionProvider)
        self._parents = wrapper.resolve(ParentNodeProvider)

    def code(self, node: cst.CSTNode) -> str:
        """The text of ``node``."""
        return self.module.code_for_node(node)

    def lines(self, node: cst.CSTNode) -> tuple[int, int]:
        """First and last line of ``node``, comments around it left out."""
        place = self._positions[node]
        return place.start.line, place.end.line

    def covers(self, node: cst.CSTNode, line: int) -> bool:
        """Whether ``line`` is one of the node's."""
        first, last = self.lines(node)
        return first <= line <= last

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The node around ``node``; None for the module."""
        return self._parents.get(node)

    def around(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """The nodes around ``node``, from the innermost."""
        outer = self.parent(node)
        while outer is not None:
            yield outer
            outer = self.parent(outer)

    def enclosing(self, node: cst.CSTNode, *kinds: type[_Node]) -> _Node | None:
        """The innermost node of one of ``kinds`` around ``node``."""
        return next((outer for outer in self.around(node) if isinstance(outer, kinds)), None)

    def _below(self, node: cst.CSTNode) -> Sequence[cst.CSTNode]:
        """The children of ``node``: the library visits the whole node each time it is asked for them."""
        known = self._children.get(node)
        if known is None:
            known = self._children[node] = node.children
        return known

    def all(self, kind: type[_Node], within: cst.CSTNode | None = None) -> Iterator[_Node]:
        """Every node of ``kind``, in the order of the text."""
        pending: list[cst.CSTNode] = [within or self.module]
        while pending:
            node = pending.pop()
            if isinstance(node, kind):
                yield node
            pending.extend(reversed(self._below(node)))

    def statements(self) -> Iterator[Statement]:
        """Every statement with lines of its own, the outer ones first."""
        pending: list[cst.CSTNode] = [self.module]
        while pending:
            node = pending.pop()
            if isinstance(node, (cst.SimpleStatementLine, cst.BaseCompoundStatement)):
                yield node
            pending.extend(reversed(self._below(node)))

    def statement(self, line: int) -> Statement:
        """The innermost statement that has a line of its own there; of a compound one, its header counts.

        Raises:
            NotMendableError: no statement covers the line.
        """
        found: Statement | None = None
        for node in self.statements():
            if self.covers(node, line) and (found is None or self.lines(node)[0] >= self.lines(found)[0]):
                found = node
        if found is None:
            raise NotMendableError(f"there is no statement in line {line}")
        return found

    def statement_of(self, node: cst.CSTNode) -> Statement:
        """The statement with lines of its own that ``node`` is in, or ``node`` itself."""
        if isinstance(node, (cst.SimpleStatementLine, cst.BaseCompoundStatement)):
            return node
        for outer in self.around(node):
            if isinstance(outer, (cst.SimpleStatementLine, cst.BaseCompoundStatement)):
                return outer
        raise NotMendableError("the place is in no statement")

    def block(self, statement: Statement) -> Block:
        """The lines that ``statement`` is one of."""
        outer = self.parent(statement)
        if isinstance(outer, (cst.Module, cst.IndentedBlock)):
            return outer
        raise NotMendableError(f"line {self.lines(statement)[0]} is not one of a block")

    def function(self, node: cst.CSTNode) -> cst.FunctionDef | None:
        """The function around ``node``."""
        return self.enclosing(node, cst.FunctionDef)

    def loops(self, node: cst.CSTNode) -> list[Loop]:
        """The loops around ``node`` in its own function, from the innermost."""
        found: list[Loop] = []
        for outer in self.around(node):
            if isinstance(outer, (cst.FunctionDef, cst.Lambda, cst.ClassDef)):
                break
            if isinstance(outer, (cst.For, cst.While)):
                found.append(outer)
        return found

    def is_bound_inside(self, node: cst.CSTNode) -> bool:
        """Whether ``node`` stands in a comprehension or a lambda, whose names no statement after it can use."""
        for outer in self.around(node):
            if isinstance(outer, (cst.BaseSmallStatement, cst.BaseCompoundStatement)):
                return False
            if isinstance(outer, (cst.BaseComp, cst.Lambda)):
                return True
        return False


def called(call: cst.Call) -> str:
    """The last part of what is called: "zero_grad" of ``self.optimizer.zero_grad()``; "" for anything else."""
    function = call.func
    if isinstance(function, cst.Attribute):
        return function.attr.value
    return function.value if isinstance(function, cst.Name) else ""


def receiver(call: cst.Call) -> cst.BaseExpression | None:
    """What a method is called on; None for a function."""
    return call.func.value if isinstance(call.func, cst.Attribute) else None


def dotted(node: cst.BaseExpression) -> str:
    """ "self.model.head" of such an expression; "" for one that is no chain of names."""
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        base = dotted(node.value)
        return f"{base}.{node.attr.value}" if base else ""
    return ""
