"""Which findings the user asked to see: ``--select``, ``--ignore``, comments in the source, a baseline."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from trialrun.errors import UsageError
from trialrun.findings import baseline, causes, suppression
from trialrun.findings.finding import Finding


@dataclass(frozen=True)
class Chosen:
    """What is shown, most severe first, and how much was hidden by the user's wish."""

    findings: tuple[Finding, ...]
    suppressed: int


def matches(finding: Finding, word: str) -> bool:
    """Whether ``word`` (a code, a slug, or the beginning of a code) stands for this finding."""
    return finding.slug == word.lower() or finding.code.startswith(word.upper())


def check_words(option: str, words: Iterable[str], known: Mapping[str, str]) -> tuple[str, ...]:
    """``words`` of an option, split at commas, once each of them stands for a check.

    Args:
        option: the name to use in the message, "--select".
        words: codes, slugs or beginnings of codes; each may hold several, with commas between.
        known: slug of every check, by code.

    Raises:
        UsageError: a word stands for nothing; the message names the nearest.
    """
    flat = tuple(part.strip() for word in words for part in word.split(",") if part.strip())
    for word in flat:
        if not stands_for(word, known):
            raise UsageError(f"{option} {word}: no check has this code, slug or prefix.{nearest(word, known)}")
    return flat


def unknown_comments(source: Mapping[str, str], known: Mapping[str, str]) -> tuple[str, ...]:
    """A sentence for each ``# trialrun: ignore[...]`` of the user's files that names no check; ``known`` as above."""
    return tuple(
        f"{file}:{line}: ignore[{word}] silences nothing: no check has this code, slug or prefix.{nearest(word, known)}"
        for file, text in source.items()
        for line, word in suppression.words(text)
        if not stands_for(word, known)
    )


def stands_for(word: str, known: Mapping[str, str]) -> tuple[str, ...]:
    """Codes of the checks that ``word`` names; ``known`` is slug by code."""
    return tuple(code for code, slug in known.items() if slug == word.lower() or code.startswith(word.upper()))


def nearest(word: str, known: Mapping[str, str]) -> str:
    """The sentence that helps someone who mistyped a code or slug."""
    slugs = {slug: code for code, slug in known.items()}
    names = [*known, *sorted({code.rstrip("0123456789") for code in known})]
    found = difflib.get_close_matches(word.upper(), names, 1, 0.5)
    close = difflib.get_close_matches(word.lower(), slugs, 1, 0.6)
    if close:
        return f" Did you mean {slugs[close[0]]} ({close[0]})?"
    if found:
        slug = known.get(found[0])
        return f" Did you mean {found[0]}{f' ({slug})' if slug else ''}?"
    return " `trialrun explain --list` shows all of them."


def choose(
    findings: Iterable[Finding],
    source: Mapping[str, str],
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    baseline_path: Path | None = None,
) -> Chosen:
    """The findings to show, with the text of their source line filled in.

    Args:
        findings: all that the checks gave.
        source: text of the user's files by ``Location.file`` (``Evidence.source``); a file that is not in it is read
            from disk.
        select: codes, slugs or prefixes to keep; empty keeps all. What is not selected is not counted as suppressed:
            it was never asked for.
        ignore: the same, to hide; it wins over ``select``.
        baseline_path: an earlier ``report.json`` whose findings are known.

    Raises:
        UsageError: the baseline cannot be read.
    """
    known = baseline.read(baseline_path) if baseline_path else ()
    texts = _Texts(source)
    asked = [
        texts.fill(finding) for finding in findings if not select or any(matches(finding, word) for word in select)
    ]
    wanted = [
        finding
        for finding in asked
        if not any(matches(finding, word) for word in ignore)
        and not suppression.is_silenced(finding, texts.of, matches)
    ]
    told = causes.folded(wanted)  # after what is ignored has gone: a symptom of an ignored cause stands for itself
    new, _ = baseline.split(told, known)
    new.sort(key=lambda finding: (-finding.severity.rank, not finding.explains))  # stable; root causes first
    return Chosen(tuple(new), len(asked) - len(wanted) + len(told) - len(new))


class _Texts:
    """The user's files as they were loaded, or else as they are on disk."""

    def __init__(self, source: Mapping[str, str]) -> None:
        self._texts: dict[str, str | None] = dict(source)

    def of(self, file: str) -> str | None:
        if file not in self._texts:
            try:
                self._texts[file] = Path(file).read_text(encoding="utf-8")
            except (OSError, ValueError):  # gone, unreadable, not UTF-8, "<string>"
                self._texts[file] = None
        return self._texts[file]

    def fill(self, finding: Finding) -> Finding:
        where = finding.where
        lines = (self.of(where.file) or "").splitlines() if where else []
        if where is None or where.text or not 0 < where.line <= len(lines):
            return finding
        return dataclasses.replace(finding, where=dataclasses.replace(where, text=lines[where.line - 1].strip()))
