"""Claim: all checks together take less than 30 % of the time of the smoke stage, on each of six programs.

    python benchmarks/check_cost.py [--pairs 5] [--only NAME]

Compared are rehearsals (stage smoke alone) from two warm processes: one as it is, one whose capture is reduced to what
the stage needs to cut loops, see ``bare_capture.py``, and whose evidence no check judges. Both have imported capture
beforehand. Everything else is the same: the fork, loading and instrumenting the script, containment, the unwatched
items that are timed, the estimate and the report. They run in turns, in changing order. A pair's share is
(whole - reduced) / whole; the claim is about the median over the pairs. Both have to see the same number of updates,
else the comparison is not fair and fails.

Exit status 1 if the claim does not hold. Nothing else may run on the machine meanwhile.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from measure import ROOT, table
from overfit_programs import ADDED
from programs import OWN
from warm import rehearse_warm

from trialrun.checks import registry
from trialrun.rehearsal.plan import PRELOAD
from trialrun.target.supervise import Supervisor

LIMIT = 0.30
CAPTURE = "trialrun.capture.session"
EXAMPLE = "examples/mnist_cnn.py"
# Many small operations, few large ones, no optimiser, micro-batches, a transformer, worker processes.
CHOSEN = ("for", "accumulation", "hand-written updates", "warm-up by hand, tied weights", "worker processes")


@dataclass(frozen=True)
class Pair:
    """Seconds of one rehearsal each, and the updates it saw."""

    whole_s: float
    reduced_s: float
    updates: tuple[int, int]

    @property
    def share(self) -> float:
        return (self.whole_s - self.reduced_s) / self.whole_s


@contextlib.contextmanager
def no_judge() -> Iterator[None]:
    """No check judges what was seen."""
    judge = registry.judge
    registry.judge = lambda evidence, checks=None: ([], [])
    try:
        yield
    finally:
        registry.judge = judge


def timed(supervisor: Supervisor, target: tuple[str, ...], cwd: Path, reduced: bool) -> tuple[float, int]:
    """Seconds of one rehearsal, and the updates it saw."""
    with no_judge() if reduced else contextlib.nullcontext():
        begun = time.perf_counter()
        report = rehearse_warm(supervisor, target, cwd, stages=("smoke",))
        seconds = time.perf_counter() - begun
    return seconds, int(report["stages"][0]["steps"])


def programs(copy: Path) -> dict[str, tuple[tuple[str, ...], Path]]:
    named = {program.name: program for program in (*OWN, *ADDED)}
    chosen = {name: (named[name].target, copy / named[name].folder) for name in CHOSEN}
    return {EXAMPLE: ((str(ROOT / EXAMPLE),), copy), **chosen}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--only", action="append", default=[], help="part of a program's name")
    args = parser.parse_args()
    rows, holds = [], True
    here = str(Path(__file__).resolve().parent)  # where the warm process finds bare_capture
    os.environ["PYTHONPATH"] = os.pathsep.join([here, *filter(None, [os.environ.get("PYTHONPATH")])])
    with (
        tempfile.TemporaryDirectory(prefix="check-cost-") as temporary,
        Supervisor((*PRELOAD, CAPTURE)) as whole,
        Supervisor((*PRELOAD, CAPTURE, "bare_capture")) as reduced,
    ):
        copy = Path(temporary, "programs")
        shutil.copytree(ROOT / "tests" / "programs", copy, ignore=shutil.ignore_patterns("__pycache__"))
        for name, (target, cwd) in programs(copy).items():
            if args.only and not any(text in name for text in args.only):
                continue
            for supervisor, is_reduced in ((whole, False), (reduced, True)):  # once for the file cache
                timed(supervisor, target, cwd, is_reduced)
            pairs = []
            for number in range(args.pairs):
                order = [(whole, False), (reduced, True)]
                seen = {r: timed(s, target, cwd, r) for s, r in (order if number % 2 else order[::-1])}
                pairs.append(Pair(seen[False][0], seen[True][0], (seen[False][1], seen[True][1])))
            share = statistics.median(pair.share for pair in pairs)
            same = all(pair.updates[0] == pair.updates[1] for pair in pairs)
            holds = holds and share < LIMIT and same
            rows.append(
                [
                    name,
                    f"{statistics.median(pair.whole_s for pair in pairs):.2f}",
                    f"{statistics.median(pair.reduced_s for pair in pairs):.2f}",
                    f"{100 * share:.0f} %",
                    f"{100 * min(pair.share for pair in pairs):.0f} .. {100 * max(pair.share for pair in pairs):.0f} %",
                    pairs[0].updates[0] if same else f"DIFFER: {pairs[0].updates}",
                ]
            )
            print(" | ".join(str(cell) for cell in rows[-1]), flush=True)
    print()
    print(table(["program", "smoke, s", "reduced, s", "checks' share", "over the pairs", "updates"], rows))
    return 0 if rows and holds else 1


if __name__ == "__main__":
    sys.exit(main())
