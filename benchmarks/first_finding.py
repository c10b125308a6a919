"""Claim: none; a count. How soon is the first finding of each case known, and when does its rehearsal end?

    python benchmarks/first_finding.py                   # the bad.py of every folder under cases/, all default stages
    python benchmarks/first_finding.py --only GRD401
    python benchmarks/first_finding.py --write first_finding.md

From a warm process: torch is imported already, which takes 2 to 4 s more for a rehearsal by itself. Findings of smoke,
overfit and probe are known once their child has ended, and told then; those of subset at the end. Programs that have an
error are not trained on a part of their data. Exit status 1 if some case is not named by its code.
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path

from measure import ROOT, table
from warm import own, rehearse_warm, spread

EXPECTATION = re.compile(r"# expect: ([A-Z]{3}\d{3})$", re.MULTILINE)
ON_ACCELERATOR = frozenset({"PRF002"})  # shows nowhere else
HEADER = ("case", "found", "stage", "first finding, s", "end, s")


@dataclass(frozen=True)
class Outcome:
    """What became of one case."""

    case: str
    expected: str
    found: tuple[tuple[str, str], ...]  # (code, stage), the most severe first
    first_s: float | None
    end_s: float

    @property
    def named(self) -> bool:
        return self.expected in {code for code, _ in self.found}

    def row(self) -> list[object]:
        stage = next((stage for code, stage in self.found if code == self.expected), "")
        first = "" if self.first_s is None else f"{self.first_s:.1f}"
        return [self.case, " ".join(code for code, _ in self.found) or "nothing", stage, first, f"{self.end_s:.1f}"]


def look(script: Path) -> Outcome:
    """Rehearse one case."""
    report = rehearse_warm(own(), (str(script),), script.parent)
    (expected,) = set(EXPECTATION.findall(script.read_text(encoding="utf-8")))
    found = tuple((finding["code"], finding["stage"]) for finding in report["findings"])
    return Outcome(script.parent.name, expected, found, report["first_finding_s"], report["duration_s"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", default=[], help="part of a folder's name")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--write", type=Path, help="write the table there as well")
    args = parser.parse_args()
    scripts = [
        script
        for script in sorted((ROOT / "cases").glob("*/bad.py"))
        if script.parent.name[:6] not in ON_ACCELERATOR
        and (not args.only or any(part in script.parent.name for part in args.only))
    ]
    outcomes = []
    for outcome in spread(look, scripts, args.jobs):
        outcomes.append(outcome)
        print(" | ".join(str(cell) for cell in outcome.row()), flush=True)
    firsts = [outcome.first_s for outcome in outcomes if outcome.first_s is not None]
    ends = [outcome.end_s for outcome in outcomes]
    summary = (
        f"{len(outcomes)} cases: first finding after {statistics.median(firsts):.1f} s in the middle, "
        f"{max(firsts):.1f} s at most; end after {statistics.median(ends):.1f} s, {max(ends):.1f} s at most."
    )
    text = f"{table(HEADER, [outcome.row() for outcome in outcomes])}\n\n{summary}"
    print(f"\n{text}")
    if args.write:
        args.write.write_text(text + "\n", encoding="utf-8")
    return 0 if all(outcome.named for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
