"""The mends of what was found: told as a patch, and written to the user's files where that was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from trialrun.findings.finding import Finding
from trialrun.fixes import files
from trialrun.report.result import RehearsalResult

if TYPE_CHECKING:
    from trialrun.fixes.patch import Mended


def mended(result: RehearsalResult, cwd: Path, *, write: bool, begun: float) -> RehearsalResult:
    """``result`` with the patches of its findings, and what was written.

    Args:
        result: its findings are those that the user is shown.
        cwd: what the names of its files are relative to.
        write: put the mends into the files.
        begun: when the rehearsal began, in seconds since the epoch: a file that is younger is not what was rehearsed.
    """
    wanted = {finding.where.file for finding in result.findings if finding.mend and finding.where}
    if not wanted:
        return replace(result, written=("--fix had nothing to write.",) if write else ())
    originals, refused = _originals(sorted(wanted), result, cwd, begun)
    try:
        from trialrun.fixes import patch  # not for nothing: libcst takes 0.2 s to import

        done = patch.apply(result.findings, {name: file.text for name, file in originals.items()}, refused)
    except Exception as fault:  # the findings stand without it
        return _without(result, f"the patch could not be made: {type(fault).__name__}: {fault}.", write)
    written = _write(done, originals) if write else ()
    return replace(result, findings=done.findings, patch=done.patch, written=tuple(written))


def _without(result: RehearsalResult, reason: str, write: bool) -> RehearsalResult:
    findings = tuple(replace(found, unpatched=reason) if found.mend else found for found in result.findings)
    return replace(result, findings=findings, written=(f"--fix wrote nothing: {reason}",) if write else ())


def _originals(
    names: Sequence[str], result: RehearsalResult, cwd: Path, begun: float
) -> tuple[dict[str, files.Original], dict[str, str]]:
    """The program's own files as they are on disk, and why others are none that may be changed."""
    originals: dict[str, files.Original] = {}
    refused: dict[str, str] = {}
    for name in names:
        try:
            originals[name] = _original(cwd / name, result.evidence.source.get(name), begun)
        except (files.RefusedError, OSError) as reason:  # noqa: PERF203 - one file's reason is no other's
            refused[name] = f"{name}: {reason}"
    return originals, refused


def _original(path: Path, rehearsed: str | None, begun: float) -> files.Original:
    if rehearsed is None:
        raise files.RefusedError("it is not one of the program's own files")
    original = files.read(path)
    same = original.text.replace("\r\n", "\n").replace("\r", "\n") == rehearsed
    if not same or original.path.stat().st_mtime > begun:
        raise files.RefusedError("it has changed since the rehearsal began; rehearse again")
    return original


def _write(done: Mended, originals: dict[str, files.Original]) -> list[str]:
    notes = []
    for name, text in done.texts.items():
        codes = _codes(done.findings, name)
        try:
            files.write(originals[name], text)
        except files.RefusedError as reason:
            notes.append(f"--fix did not write {name}: {reason}.")
        else:
            notes.append(f"--fix wrote {name} ({', '.join(codes)}). Look at the change and rehearse again.")
    return notes or ["--fix had nothing to write."]


def _codes(findings: Sequence[Finding], name: str) -> list[str]:
    return list(dict.fromkeys(f.code for f in findings if f.patch and f.where and f.where.file == name))
