"""Claim: on all right programs together there is no false error, and at most 0.1 warnings a program.

    python benchmarks/false_alarms.py                                # all of ours
    python benchmarks/false_alarms.py --examples DIR --nanogpt DIR   # and public ones, from checkouts of theirs
    python benchmarks/false_alarms.py --only gan --jobs 1            # some of them, by path or name
    python benchmarks/false_alarms.py --stages smoke,overfit,probe   # without what takes longest

Each is rehearsed with all default stages. Exit status 1 if the claim does not hold, or a program was not judged: a
rehearsal that came to nothing is no evidence of silence. What the public programs need is told in README.md.
"""

from __future__ import annotations

import argparse
import functools
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from measure import ROOT, rehearse, table
from overfit_programs import ADDED
from programs import OWN, PUBLIC_EXAMPLES, PUBLIC_NANOGPT, Program
from warm import STAGES, own, rehearse_warm, spread

MOST_WARNINGS = 0.1  # a program
# These make new weights instead of changing old ones, or have no gradient: no update is to be seen, nor judged.
UNSEEN = {"functional_model.py", "gradient_free_training.py"}


@dataclass(frozen=True)
class Right:
    """A right program to be rehearsed."""

    group: str
    name: str
    target: tuple[str, ...]
    cwd: Path
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What was said of it."""

    right: Right
    verdict: str
    errors: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def judged(self) -> bool:
        return self.verdict in ("pass", "warn", "fail") or self.right.name.rsplit("/", 1)[-1] in UNSEEN


def look(right: Right, stages: tuple[str, ...]) -> Outcome:
    """Rehearse one program; those that need other environment variables start from a process of their own."""
    if right.environment:
        with tempfile.TemporaryDirectory(prefix="alarms-") as folder:
            given = ("--stages", ",".join(stages))
            out = Path(folder, "run")
            _, report = rehearse(right.target, right.cwd, out, environment=right.environment, options=given)
    else:
        report = rehearse_warm(own(), right.target, right.cwd, stages=stages)
    told = report.get("findings", ())
    every = [*told, *(symptom for finding in told for symptom in finding.get("folded", ()))]  # those explained, too
    return Outcome(
        right,
        str(report.get("verdict", "none")),
        tuple(line(finding) for finding in every if finding["severity"] == "error"),
        tuple(line(finding) for finding in told if finding["severity"] == "warning"),
    )


def line(finding: dict[str, Any]) -> str:
    where = finding.get("where") or {}
    return f"{finding['code']} {finding['slug']} at line {where.get('line', '?')}: {finding['message']}"


def ours(scratch: Path, programs: Path) -> Iterator[Right]:
    """Cases, examples and programs of this repository; ``programs`` is a copy of tests/programs."""
    cases = ROOT / "cases"
    groups = {
        "cases/clean": sorted((cases / "clean").rglob("*.py")),
        "cases/*/good": sorted(path for path in cases.glob("*/good*.py")),
        "examples": sorted((ROOT / "examples").glob("*.py")),
    }
    for group, paths in groups.items():
        for path in paths:
            yield Right(group, str(path.relative_to(ROOT)), (str(path),), scratch)
    for program in (*OWN, *ADDED):
        yield _of(program, "tests/programs", programs)


def _of(program: Program, group: str, collection: Path) -> Right:
    name = f"{program.name} ({' '.join(program.target)})"
    return Right(group, name, program.target, collection / program.folder, dict(program.environment))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=Path, help="checkout of pytorch/examples")
    parser.add_argument("--nanogpt", type=Path, help="checkout of nanoGPT")
    parser.add_argument("--only", action="append", default=[], help="programs whose name or path contains this")
    parser.add_argument("--jobs", type=int, default=2, help="rehearsals at a time")
    parser.add_argument("--stages", default=",".join(STAGES), help="of each rehearsal; default: all")
    args = parser.parse_args()
    judge = functools.partial(look, stages=tuple(args.stages.split(",")))
    with tempfile.TemporaryDirectory(prefix="false-alarms-") as temporary:
        scratch, programs = Path(temporary, "scratch"), Path(temporary, "programs")
        scratch.mkdir()
        shutil.copytree(ROOT / "tests" / "programs", programs, ignore=shutil.ignore_patterns("__pycache__"))
        chosen = list(ours(scratch, programs))
        for folder, group, public in (
            (args.examples, "pytorch/examples", PUBLIC_EXAMPLES),
            (args.nanogpt, "nanoGPT", PUBLIC_NANOGPT),
        ):
            chosen += [_of(program, group, folder.resolve()) for program in public] if folder else []
        if args.only:
            chosen = [r for r in chosen if any(text.lower() in r.name.lower() for text in args.only)]
        outcomes = []
        for outcome in spread(judge, chosen, args.jobs):
            outcomes.append(outcome)
            for word, lines in (("ERROR", outcome.errors), ("warning", outcome.warnings)):
                for text in lines:
                    print(f"{word} in {outcome.right.name}: {text}", flush=True)
            if not outcome.judged:
                print(f"NOT JUDGED: {outcome.right.name}: {outcome.verdict}", flush=True)
    return report(outcomes)


def report(outcomes: list[Outcome]) -> int:
    """Print the table; 0 if the claim holds."""
    groups = list(dict.fromkeys(outcome.right.group for outcome in outcomes))
    rows = []
    for group in (*groups, "all"):
        members = [outcome for outcome in outcomes if group in (outcome.right.group, "all")]
        errors, warnings = (sum(len(getattr(o, kind)) for o in members) for kind in ("errors", "warnings"))
        unjudged = sum(not outcome.judged for outcome in members)
        rows.append([group, len(members), errors, warnings, f"{warnings / max(1, len(members)):.3f}", unjudged])
    print()
    print(table(["group", "programs", "errors", "warnings", "warnings a program", "not judged"], rows))
    errors, warnings = (sum(len(getattr(o, kind)) for o in outcomes) for kind in ("errors", "warnings"))
    holds = bool(outcomes) and not errors and warnings <= MOST_WARNINGS * len(outcomes)
    return 0 if holds and all(outcome.judged for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
