"""What a command line would start: programs by name, with shells and wrappers looked through."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trialrun.target.containment.rules import word_set

_SHELLS = frozenset(("sh", "bash", "dash", "zsh", "ksh"))
_WRAPPERS = frozenset(("env", "nice", "nohup", "time", "timeout", "stdbuf", "exec", "command", "ionice", "setsid"))
_KEYWORDS = word_set(
    """
    if then elif else fi for while until do done case esac in { } ! [[ ]] function
    """
)
_SUFFIX = re.compile(r"(-?\d[\d.]*)?(\.exe)?$")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")


@dataclass(frozen=True)
class Command:
    """One simple command: its words, and whether the shell sends its output to a file."""

    words: tuple[str, ...]
    writes_file: bool = False
    unreadable: bool = False  # holds a substitution whose programs cannot be told

    @property
    def name(self) -> str:
        """The program without folder, version and ``.exe``: "gcc" of /usr/bin/gcc-12."""
        base = os.path.basename(self.words[0].replace("\\", "/")) if self.words else ""
        return _SUFFIX.sub("", base) or base


def of_arguments(arguments: Sequence[str]) -> list[Command]:
    """The commands that running ``arguments`` starts."""
    words = list(arguments)
    while words and (_WRAPPERS.intersection((os.path.basename(words[0]),)) or _ASSIGNMENT.match(words[0])):
        words.pop(0)
        while words and re.match(r"-|\d+[smhd]?$|[A-Za-z_]\w*=", words[0]):
            words.pop(0)
    if not words:
        return []
    if Command((words[0],)).name in _SHELLS:
        for position, word in enumerate(words[1:], 1):
            if re.fullmatch(r"-[a-z]*c[a-z]*", word) and position + 1 < len(words):
                return of_shell(words[position + 1])
    return [Command(tuple(words))]


def of_shell(text: str) -> list[Command]:
    """The commands of a shell command line; one unreadable command where it cannot be taken apart."""
    lexer = shlex.shlex(text, posix=True, punctuation_chars=";&|()<>\n")
    lexer.whitespace, lexer.commenters, lexer.whitespace_split = " \t\r", "", True
    try:
        tokens = list(lexer)
    except ValueError:
        return [Command((text,), unreadable=True)]
    found: list[Command] = []
    for words, writes in _simple(tokens):
        hidden = any("$(" in word or "`" in word for word in words)
        parts = of_arguments([word for word in words if word != "$"])
        found += [Command(part.words, writes or part.writes_file, hidden or part.unreadable) for part in parts]
    return found


def _simple(tokens: Iterable[str]) -> Iterable[tuple[list[str], bool]]:
    words: list[str] = []
    writes, redirecting = False, ""
    for token in tokens:
        if redirecting:
            writes |= ">" in redirecting and token != "/dev/null" and not redirecting.endswith("&")
            redirecting = ""
        elif token[0] in "<>" or token.startswith("&>"):
            redirecting = token
            if words and words[-1].isdigit():  # the 2 of 2>&1
                words.pop()
        elif token[0] in ";&|()\n":
            if words:
                yield words, writes
            words, writes = [], False
        elif words or token not in _KEYWORDS:
            words.append(token)
    if words:
        yield words, writes
