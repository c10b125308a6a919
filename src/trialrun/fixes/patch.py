"""The mends of findings, file by file: the mended text, one patch for all of them and one for each finding."""

from __future__ import annotations

import ast
import dataclasses
import difflib
import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trialrun.findings.finding import Finding
from trialrun.fixes import mends as package
from trialrun.fixes.changes import Changes
from trialrun.fixes.site import Site
from trialrun.fixes.source import NotMendableError, Source

NAMES = frozenset(info.name for info in pkgutil.iter_modules(package.__path__))


@dataclass(frozen=True)
class Mended:
    """What became of a list of findings. Texts have the line ends of the files."""

    findings: tuple[Finding, ...]  # with ``patch``, or with ``unpatched`` where their mend could not be made
    texts: Mapping[str, str]  # the whole new text of each file that changes, by the name that findings give it
    patch: str  # unified diff of all files; "" if none changes


def apply(findings: Sequence[Finding], sources: Mapping[str, str], refused: Mapping[str, str]) -> Mended:
    """Makes every mend that ``findings`` name.

    Args:
        findings: those that the user is shown; those without a mend come back as they are.
        sources: the text of the user's files by ``Location.file``, line ends kept.
        refused: why a file is not to be changed, by its name.
    """
    trees: dict[str, Source] = {}
    changes: dict[str, Changes] = {}
    done: list[Finding] = []
    for finding in findings:
        if finding.mend is None or finding.where is None:
            done.append(finding)
            continue
        file = finding.where.file
        try:
            if file in refused or file not in sources:
                raise NotMendableError(refused.get(file, "the file is not one of the program's"))
            if file not in trees:
                trees[file] = Source(sources[file])
            own = _noted(finding, trees[file])
            together = Changes()
            together.add(changes.get(file, Changes()))
            together.add(own)
            alone = _made(own, trees[file], sources[file])
            _made(together, trees[file], sources[file])
        except NotMendableError as reason:
            done.append(dataclasses.replace(finding, unpatched=f"{reason}."))
            continue
        changes[file] = together
        done.append(dataclasses.replace(finding, patch=unified(file, sources[file], alone)))
    texts = {file: _made(noted, trees[file], sources[file]) for file, noted in changes.items()}
    patch = "".join(unified(file, sources[file], text) for file, text in texts.items())
    return Mended(tuple(done), texts, patch)


def unified(file: str, old: str, new: str) -> str:
    """The unified diff of one file, as ``patch -p1`` and ``git apply`` take it."""
    absolute = file.startswith("/")
    header = [f"--- {file if absolute else f'a/{file}'}\n", f"+++ {file if absolute else f'b/{file}'}\n"]
    body = list(difflib.unified_diff(_lines(old), _lines(new)))[2:]
    ended = [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in body]
    return "".join([*header, *ended])


def _lines(text: str) -> list[str]:
    """Lines with their ends; no other sign than "\\n" ends one, or the counts of a diff would be wrong."""
    parts = text.split("\n")
    return [f"{part}\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _noted(finding: Finding, tree: Source) -> Changes:
    assert finding.mend is not None
    assert finding.where is not None
    if finding.mend.name not in NAMES:
        raise NotMendableError(f"there is no mend called {finding.mend.name}")
    site = Site(tree, finding.where.line, dict(finding.mend.values))
    importlib.import_module(f"{package.__name__}.{finding.mend.name}").mend(site)
    return site.changes


def _made(changes: Changes, tree: Source, old: str) -> str:
    """The changed text, once it is Python and another text than before."""
    text = changes.made(tree.module)
    try:
        ast.parse(text)
    except (SyntaxError, ValueError) as error:
        raise NotMendableError("the mended file would not be Python any more") from error
    if text == old:
        raise NotMendableError("there is nothing to change in that line")
    return text
