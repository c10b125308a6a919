"""The user's source, parsed once for all checks that read it."""

from __future__ import annotations

import ast
import functools

MOST_FILES = 128  # kept


@functools.lru_cache(maxsize=MOST_FILES)
def tree_of(text: str) -> ast.Module | None:
    """``text`` parsed; None where it can't be: a file that the interpreter read in another encoding, generated text.

    The tree is shared: it is not to be changed.
    """
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError):
        return None
