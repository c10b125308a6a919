"""Claim: causes are named, verified by a replay and right; nothing is said of the twin in which they are mended.

    python benchmarks/proven_causes.py                     # all causes below, and the four defects of an MNIST CNN
    python benchmarks/proven_causes.py --only OPT503
    python benchmarks/proven_causes.py --write results.md

For each code of CODES: every ``bad*.py`` of its folder under cases/ has to be named by that code, at the line that it
marks, with the numbers of a replay where the code promises them, and its ``good*.py`` twin may get neither error nor
warning. The table gives the seconds to the first finding and to the end. Exit status 1 if the claim does not hold.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from measure import ROOT, table
from planted.mnist import DEFECTS, planted
from warm import own, rehearse_warm, spread

CODES = ("OPT503", "OPT504", "MOD204", "MOD211", "DAT102", "GRD409", "LOS308", "DAT107")
UNVERIFIED = frozenset({"MOD204", "GRD409"})  # their evidence is the replay itself: there is no loss to compare
CASES = ROOT / "cases"
EXPECTATION = re.compile(r"# expect: ([A-Z]{3}\d{3})$")
HEADER = ("program", "expected", "outcome", "found", "verified by", "first finding", "end")


@dataclass(frozen=True)
class Subject:
    """A program, and the codes one of which it has to be named by; none for a right one."""

    name: str
    path: Path | None  # None: planted anew in a copy of the MNIST program
    expected: tuple[str, ...]
    line: int | None = None  # where the finding has to point


@dataclass(frozen=True)
class Outcome:
    subject: Subject
    report: dict[str, Any]
    seconds: float

    @property
    def loud(self) -> list[dict[str, Any]]:
        return [finding for finding in self.report.get("findings", ()) if finding["severity"] != "note"]

    @property
    def word(self) -> str:
        """ "right" where the claim holds."""
        subject = self.subject
        if not subject.expected:
            return "right" if not self.loud and self.report.get("verdict") == "pass" else "false alarm"
        named = [finding for finding in self.loud if finding["code"] in subject.expected]
        if not named:
            return "missed"
        if subject.line is not None and all((f["where"] or {}).get("line") != subject.line for f in named):
            return "elsewhere"
        promised = {finding["code"] for finding in named} - UNVERIFIED
        if promised and subject.path is not None and not any(finding["verified"] for finding in named):
            return "unverified"
        return "right"

    def row(self) -> list[object]:
        verified = [finding["verified"]["by"] for finding in self.loud if finding["verified"]]
        first = self.report.get("first_finding_s")
        return [
            self.subject.name,
            " or ".join(self.subject.expected) or "nothing",
            self.word,
            " ".join(finding["code"] for finding in self.loud) or "nothing",
            "; ".join(verified),
            "" if first is None else f"{first:.1f} s",
            f"{self.seconds:.1f} s",
        ]


def subjects(codes: Sequence[str]) -> Iterator[Subject]:
    """The cases of ``codes``, each bad program before the good ones."""
    for code in codes:
        for path in sorted(CASES.glob(f"{code}_*/*.py"), key=lambda p: (p.parent, p.name)):
            lines = path.read_text(encoding="utf-8").splitlines()
            marked = [number for number, line in enumerate(lines, start=1) if EXPECTATION.search(line)]
            name = str(path.relative_to(CASES))
            yield Subject(name, path, (code,) if marked else (), marked[0] if marked else None)


def look(subject: Subject) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="causes-") as folder:
        script = subject.path
        if script is None:
            script = Path(folder, "mnist_cnn.py")
            script.write_text(planted(ROOT, subject.name), encoding="utf-8")
        begun = time.monotonic()
        report = rehearse_warm(own(), (str(script),), Path(folder))
        return Outcome(subject, report, time.monotonic() - begun)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", default=[], help="part of a code or of a program's name")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--write", type=Path, help="write the table there as well")
    args = parser.parse_args()
    chosen = [*subjects(CODES), *(Subject(name, None, defect.expected) for name, defect in DEFECTS.items())]
    if args.only:
        chosen = [s for s in chosen if any(text in f"{s.name} {s.expected}" for text in args.only)]
    outcomes = list(spread(look, chosen, args.jobs))
    lacking = [code for code in CODES if sum(s.expected == (code,) and s.path is not None for s in chosen) < 3]
    text = table(HEADER, [outcome.row() for outcome in outcomes])
    if lacking and not args.only:
        text += f"\n\nfewer than three programs: {', '.join(lacking)}"
    print(text)
    if args.write:
        args.write.write_text(text + "\n", encoding="utf-8")
    wrong = [outcome for outcome in outcomes if outcome.word != "right"]
    return 1 if wrong or (lacking and not args.only) else 0


if __name__ == "__main__":
    sys.exit(main())
