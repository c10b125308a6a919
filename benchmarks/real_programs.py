"""Claim: real, unmodified programs are rehearsed to their last line with no false error or warning, nothing touched.

    python benchmarks/real_programs.py                                  # our own right programs
    python benchmarks/real_programs.py --examples DIR --nanogpt DIR     # and public ones, from checkouts of theirs
    python benchmarks/real_programs.py --only gan --only lbfgs          # some of them, by name or file

Exit status 1 if any program failed. What the public programs need is in README.md beside this file.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from measure import ROOT, reached_last_line, rehearse, table, tree_hash
from programs import OWN, PUBLIC_EXAMPLES, PUBLIC_NANOGPT, Program


@dataclass(frozen=True)
class Outcome:
    """What became of one program."""

    name: str
    status: int | None
    verdict: str
    stage: str  # outcome of the smoke stage
    errors: list[str]
    warnings: list[str]
    notes: list[str]
    last_line: bool
    unchanged: bool
    coverage: str
    steps: int
    seconds: float
    message: str  # the last line of stderr, when something went wrong

    @property
    def good(self) -> bool:
        return self.status == 0 and self.last_line and self.unchanged and not self.errors and not self.warnings


def findings(report: dict, severity: str) -> list[str]:
    places = ((f, f.get("where") or {}) for f in report.get("findings", ()) if f["severity"] == severity)
    return [f"{f['code']} {where.get('file', '')}:{where.get('line', '')}" for f, where in places]


def measure(
    program: Program, collection: Path, kept: Path, options: list[str], by: Callable[..., Any] = rehearse
) -> Outcome:
    """Rehearse one program with ``by``; ``kept`` is the folder that its run folder goes to."""
    before = tree_hash(collection)
    out = kept / "".join(letter if letter.isalnum() else "_" for letter in program.name)
    shutil.rmtree(out, ignore_errors=True)
    ended, report = by(
        program.target, collection / program.folder, out, environment=program.environment, options=options
    )
    coverage = report.get("coverage") or {}
    stage = (report.get("stages") or [{}])[0]
    return Outcome(
        name=program.name,
        status=ended.status,
        verdict=report.get("verdict", "-"),
        stage=stage.get("outcome", "-"),
        errors=findings(report, "error"),
        warnings=findings(report, "warning"),
        notes=findings(report, "note"),
        last_line=reached_last_line(out / "stdout.log", program.last_words),
        unchanged=tree_hash(collection) == before,
        coverage=f"{coverage['rehearsed']}/{coverage['statements']}" if coverage.get("statements") else "-",
        steps=stage.get("steps", 0),
        seconds=round(ended.seconds, 1),
        message="" if ended.status == 0 else (ended.stderr.strip().splitlines() or [""])[-1],
    )


def row(outcome: Outcome) -> list[object]:
    return [
        outcome.name,
        "ok" if outcome.good else "FAILED",
        outcome.status,
        outcome.stage,
        " ".join(outcome.errors + outcome.warnings) or "none",
        len(outcome.notes),
        "yes" if outcome.last_line else "no",
        "yes" if outcome.unchanged else "NO",
        outcome.coverage,
        outcome.steps,
        outcome.seconds,
    ]


HEADER = ("program", "result", "status", "smoke", "errors, warnings", "notes", "last line", "tree unchanged")
HEADER += ("statements", "steps", "seconds")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=Path, help="checkout of pytorch/examples")
    parser.add_argument("--nanogpt", type=Path, help="checkout of nanoGPT")
    parser.add_argument("--only", action="append", default=[], help="programs whose name or file contains this")
    parser.add_argument("--budget", default="120", help="seconds a rehearsal may take")
    parser.add_argument("--keep", type=Path, help="folder for the run folders (default: removed)")
    parser.add_argument("--json", type=Path, help="write the outcomes there as well")
    args = parser.parse_args()

    with tempfile.TemporaryDirectory(prefix="programs-") as temporary:
        own = Path(temporary, "own")
        shutil.copytree(ROOT / "tests" / "programs", own, ignore=shutil.ignore_patterns("__pycache__"))
        chosen = [(program, own) for program in OWN]
        if args.examples:
            chosen += [(program, args.examples.resolve()) for program in PUBLIC_EXAMPLES]
        if args.nanogpt:
            chosen += [(program, args.nanogpt.resolve()) for program in PUBLIC_NANOGPT]
        outcomes = []
        kept = (args.keep or Path(temporary, "runs")).resolve()
        for program, collection in chosen:
            words = f"{program.name} {' '.join(program.target)}".lower()
            if args.only and not any(text.lower() in words for text in args.only):
                continue
            outcome = measure(program, collection, kept, ["--budget", args.budget])
            outcomes.append(outcome)
            print(table(HEADER, [row(outcome)]).splitlines()[-1], outcome.message, flush=True)
    print()
    print(table(HEADER, [row(outcome) for outcome in outcomes]))
    failed = [outcome.name for outcome in outcomes if not outcome.good]
    print(
        f"\n{len(outcomes) - len(failed)} of {len(outcomes)} good"
        + (f"; failed: {', '.join(failed)}" if failed else "")
    )
    if args.json:
        args.json.write_text(json.dumps([asdict(outcome) for outcome in outcomes], indent=1), encoding="utf-8")
    return 1 if failed or not outcomes else 0


if __name__ == "__main__":
    sys.exit(main())
