"""Claim: a user's pure-Python loop whose body takes 1 us or more slows by less than 1.3 times.

    python benchmarks/loop_overhead.py [--pairs 5]

Runs overhead/loops.py bare and rehearsed in turn. It times loops of its own, before its training loop and inside it,
and prints nanoseconds per iteration. The ratio is that of the medians; beside it stands how much the bare runs differ
among themselves, which is the least ratio that means anything. Bodies take about 1 us or more but for those
marked (info), which are here to show where the cost lies. Times are of the processor, so that other work on the machine
counts less.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

from measure import ROOT, rehearse, run, table

LIMIT = 1.3
INFORMATIVE = ("tiny_body", "tiny_inner_loops")
SCRIPT = str(ROOT / "benchmarks" / "overhead" / "loops.py")


def times(text: str) -> dict[str, float]:
    """Nanoseconds per iteration by kernel, from the line that the script prints."""
    line = next(line for line in text.splitlines() if line.startswith("{"))
    return json.loads(line)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=5)
    args = parser.parse_args()
    bare: list[dict[str, float]] = []
    rehearsed: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory(prefix="overhead-") as temporary:
        folder = Path(temporary)
        for index in range(args.pairs):
            bare.append(times(run([sys.executable, SCRIPT], folder).stdout))
            out = folder / f"run{index}"
            ended, _ = rehearse([SCRIPT], folder, out)
            log = out / "stdout.log"
            if ended.status != 0 or not log.exists():
                print(f"the rehearsal ended with status {ended.status}\n{ended.stdout[-2000:]}{ended.stderr[-2000:]}")
                return 1
            rehearsed.append(times(log.read_text(encoding="utf-8")))
    rows, worst = [], 0.0
    for kernel in bare[0]:
        plain = [result[kernel] for result in bare]
        watched = [result[kernel] for result in rehearsed]
        middle = statistics.median(plain)
        ratio = statistics.median(watched) / middle
        counts = not kernel.startswith(INFORMATIVE)
        worst = max(worst, ratio) if counts else worst
        name = kernel if counts else f"{kernel} (info)"
        rows.append([name, f"{middle:.0f}", f"{statistics.median(watched):.0f}", f"{ratio:.2f}"])
        rows[-1].append(f"{max(plain) / min(plain):.2f}")
    print(table(["loop", "bare ns", "rehearsed ns", "ratio", "bare max/min"], rows))
    print(f"\nworst ratio {worst:.2f} (limit {LIMIT})")
    return 0 if worst < LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
