"""Claim: the estimate of the full run is within 20 % of the truth.

    python benchmarks/estimate_accuracy.py [--only NAME] [--bare 2]

Runs each program in full and bare, twice unless told otherwise, then rehearses it. The truth is the mean of the bare
runs; beside it stand how much they differ among themselves and the processor time of one, workers included: where a
run on one thread took far longer than that, the machine was busy with something else and the row tells nothing. "In
range" says whether the truth lies between the bounds that the estimate itself gives. Steps are compared where the
program's own optimisers make them: a bare run counts calls of ``Optimizer.step`` by a hook that a ``sitecustomize``
sets, in a run of its own that is not timed; the same run tells its peak memory, as the kernel counts it.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import tempfile
from pathlib import Path

from measure import ROOT, rehearse, run, table
from overfit_programs import ESTIMATED
from programs import Program

from trialrun.evidence import Evidence, RecordReader
from trialrun.rehearsal.estimate import estimate, why_none

LIMIT = 0.2
PROGRAMS = ROOT / "tests" / "programs"

# Read by every Python process at its start, because its folder is on PYTHONPATH.
SITECUSTOMIZE = """
import atexit, os, resource, sys
if os.environ.pop("COUNT_STEPS", None):
    atexit.register(lambda: print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr))
    from torch.optim.optimizer import register_optimizer_step_post_hook
    steps = [0]
    def count(*_):
        steps[0] += 1
    register_optimizer_step_post_hook(count)
    atexit.register(lambda: print("steps", steps[0], file=sys.stderr))
"""


def count_steps(program: Program, script: str, folder: Path) -> tuple[int, int]:
    """Steps of a full run, 0 where it updates by hand; its peak memory in bytes."""
    (folder / "sitecustomize.py").write_text(SITECUSTOMIZE, encoding="utf-8")
    path = os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])
    ended = run(
        [sys.executable, script, *program.target[1:]], folder, {"PYTHONPATH": path, "COUNT_STEPS": "1"}, timeout_s=3600
    )
    steps, peak_kib = (int(ended.stderr.rsplit(word, 1)[1].split()[0]) for word in ("steps ", "peak "))
    return steps, peak_kib * 1024


def _processor_s() -> float:
    """Processor time of all child processes that have ended so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="part of the name of the programs to take")
    parser.add_argument("--bare", type=int, default=2, help="bare runs of each program")
    args = parser.parse_args()
    rows, wrong = [], 0
    for program in (program for program in ESTIMATED if args.only in program.name):
        script = str(PROGRAMS / program.folder / program.target[0])
        with tempfile.TemporaryDirectory(prefix="estimate-") as temporary:
            folder = Path(temporary)
            bare, busy = [], _processor_s()
            for _ in range(args.bare):
                ended = run([sys.executable, script, *program.target[1:]], folder, program.environment, timeout_s=3600)
                if ended.status != 0:
                    print(f"{program.name}: status {ended.status}\n{ended.stderr[-2000:]}")
                    return 1
                bare.append(ended.seconds)
            processor_s = (_processor_s() - busy) / args.bare
            out = folder / "run"
            rehearse([script, *program.target[1:]], folder, out, environment=program.environment)
            evidence = Evidence.gather(RecordReader(out / "evidence.jsonl").new())
            found = estimate(evidence)
            truth = statistics.fmean(bare)
            differ = f"{max(bare) / min(bare):.2f}"
            if found is None:
                print(f"{program.name}: {why_none(evidence)}")
                rows.append(
                    [program.name, f"{truth:.1f}", differ, f"{processor_s:.1f}", "none", "", "", "no", "", "", ""]
                )
                wrong += 1
                continue
            ratio = found.duration_s / truth
            right = abs(ratio - 1) <= LIMIT
            wrong += not right
            held = found.duration_low_s <= truth <= found.duration_high_s
            counted, peak_bytes = count_steps(program, script, folder)
            steps = f"{found.steps}/{counted or 'by hand'}"
            rows.append(
                [
                    program.name, f"{truth:.1f}", differ, f"{processor_s:.1f}", f"{found.duration_s:.1f}",
                    f"{found.duration_low_s:.1f}-{found.duration_high_s:.1f}", f"{ratio:.2f}",
                    "yes" if right else "no", "yes" if held else "no", steps,
                    f"{(found.peak_memory_bytes or 0) / 2**20:.0f}/{peak_bytes / 2**20:.0f}",
                ]
            )  # fmt: skip
            print(*rows[-1], *found.notes, sep="; ", flush=True)
    header = [
        "program",
        "bare s",
        "max/min",
        "processor s",
        "estimate s",
        "range s",
        "ratio",
        "within 20 %",
        "in range",
    ]
    header += ["steps", "peak MiB"]
    print(table(header, rows))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
