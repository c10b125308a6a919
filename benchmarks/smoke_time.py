"""Claim: on two cores smoke of examples/mnist_cnn.py takes at most 15 s, with overfit 25 s, with all stages 60 s; all
stages of a small network of 1 ms a step take at most 20 s; torch is imported once.

    python benchmarks/smoke_time.py [--runs 3] [--skip-real]

Wall time of the whole command, start and report included, against one real run of the example. Imports of torch are
counted in every Python process that the command starts, by an import hook that writes to a file opened before any
process is contained.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

from measure import ROOT, rehearse, run

ALL = "smoke,overfit,probe,subset"
EXAMPLE = str(ROOT / "examples" / "mnist_cnn.py")
SMALL = str(ROOT / "benchmarks" / "timed" / "small_mlp.py")
LIMITS_S = {(EXAMPLE, "smoke"): 15.0, (EXAMPLE, "smoke,overfit"): 25.0, (EXAMPLE, ALL): 60.0, (SMALL, ALL): 20.0}

# Read by every Python process at its start, because its folder is on PYTHONPATH.
SITECUSTOMIZE = """
import os, sys
_log = os.open(os.environ["TORCH_IMPORTS"], os.O_WRONLY | os.O_APPEND)
class _Counter:
    def find_spec(self, name, path=None, target=None):
        if name == "torch":
            os.write(_log, b"%d\\n" % os.getpid())
sys.meta_path.insert(0, _Counter())
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--skip-real", action="store_true", help="do not run the example itself")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="smoke-time-") as temporary:
        folder = Path(temporary)
        seconds: dict[tuple[str, str], list[float]] = {timed: [] for timed in LIMITS_S}
        for index, (script, stages) in ((index, timed) for index in range(args.runs) for timed in LIMITS_S):
            out = folder / f"run{index}-{Path(script).stem}-{stages}"
            ended, report = rehearse([script], folder, out, options=("--stages", stages))
            told = f"status {ended.status}, verdict {report.get('verdict')}"
            print(f"{Path(script).stem}, {stages}: {ended.seconds:.1f} s, {told}", flush=True)
            if ended.status != 0:
                print(ended.stdout[-2000:], ended.stderr[-2000:])
                return 1
            seconds[script, stages].append(ended.seconds)

        (folder / "sitecustomize.py").write_text(SITECUSTOMIZE, encoding="utf-8")
        log = folder / "torch-imports"
        log.touch()
        path = os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])
        rehearse([EXAMPLE], folder, folder / "counted", environment={"TORCH_IMPORTS": str(log), "PYTHONPATH": path})
        imports = len(log.read_text().split())
        print(f"torch imported {imports} time(s) over all processes")

        real_s = 0.0
        if not args.skip_real:
            real = run([sys.executable, EXAMPLE], folder, timeout_s=3600)
            real_s = real.seconds
            print(f"real run: {real_s:.1f} s, its last line: {real.stdout.strip().splitlines()[-1]}")
    for (script, stages), taken in seconds.items():
        typical = statistics.median(taken)
        faster = real_s and script == EXAMPLE
        ratio = f", {real_s / typical:.1f} times faster than the real run" if faster else ""
        name = f"{Path(script).stem}, {stages}"
        print(f"{name}: median {typical:.1f} s of {len(taken)} ({min(taken):.1f} to {max(taken):.1f} s){ratio}")
    return 0 if imports == 1 and all(max(seconds[timed]) <= limit for timed, limit in LIMITS_S.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
