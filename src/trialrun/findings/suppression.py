"""Comments in the user's source that silence a finding: ``# trialrun: ignore[GRD401] why this is right``.

The comment counts for the line it stands on. A simple statement that spans several lines (a call that a formatter
broke up) may carry it on any of them, because the line a finding names is where the statement *or* one of its
arguments starts, and that is not always where a comment fits.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from functools import cache

from trialrun.findings.finding import Finding

_COMMENT = re.compile(r"#\s*trialrun:\s*ignore\[([^\]]*)\]")

SourceOf = Callable[[str], str | None]  # file of a finding -> its text, None when it cannot be had


def is_silenced(finding: Finding, source_of: SourceOf, matches: Callable[[Finding, str], bool]) -> bool:
    """Whether a comment at the finding's place names it; ``matches`` says whether a word stands for a finding."""
    if finding.where is None:
        return False
    text = source_of(finding.where.file)
    if text is None:
        return False
    return any(matches(finding, word) for word in _words_at(text, finding.where.line))


def words(text: str) -> tuple[tuple[int, str], ...]:
    """Every word in the brackets of such a comment, with its 1-based line."""
    return tuple((line, word) for line, found in _comments(text).items() for word in found)


def _words_at(text: str, line: int) -> tuple[str, ...]:
    comments = _comments(text)
    if not comments:  # the usual case: spares parsing the file
        return ()
    first, last = _extent(text, line)
    return tuple(word for number in range(first, last + 1) for word in comments.get(number, ()))


@cache
def _comments(text: str) -> Mapping[int, tuple[str, ...]]:
    """Words in the brackets, by 1-based line. A string that looks like such a comment is taken for one."""
    found: dict[int, tuple[str, ...]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        match = _COMMENT.search(line)
        if match:
            found[number] = tuple(word.strip() for word in match.group(1).split(",") if word.strip())
    return found


@cache
def _extent(text: str, line: int) -> tuple[int, int]:
    """First and last line of the simple statement around ``line``, else that line alone."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return line, line
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and not hasattr(node, "body") and not hasattr(node, "cases"):
            last = node.end_lineno or node.lineno
            if node.lineno <= line <= last:
                return node.lineno, last
    return line, line
