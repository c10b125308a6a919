"""Claim: a child forked from the warm process is at the user's first line in milliseconds, a cold one in a second.

    python benchmarks/child_start.py [--runs 5] [--preload torch,torch._dynamo]

Milliseconds from the parent's call to points inside the child: its first line, ``import torch`` done, the first
optimiser made (where torch imports its compiler). The last column is the parent's whole time for a child that does
nothing: start, exit, and the search for processes that it may have left.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from trialrun.target.job import Job
from trialrun.target.supervise import Supervisor


def points(payload: dict[str, Any]) -> int:
    """Runs in the child: one line with the time at each point."""
    times = [time.time()]
    import torch

    times.append(time.time())
    torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
    times.append(time.time())
    print(*(1000 * (moment - payload["called"]) for moment in times))
    return 0


def nothing(payload: dict[str, Any]) -> int:
    """Runs in the child."""
    return 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--preload", default="torch")
    args = parser.parse_args()
    os.environ["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
    with tempfile.TemporaryDirectory() as folder, Supervisor(tuple(args.preload.split(","))) as supervisor:
        out = Path(folder) / "out"

        def child(entry: str, cold: bool) -> float:
            begun = time.perf_counter()
            job = Job(f"child_start:{entry}", {"called": time.time()}, out, out, cold=cold)
            if supervisor.start(job).wait(60.0, lambda: None).status != 0:
                sys.exit(out.read_text())
            return 1000 * (time.perf_counter() - begun)

        print(f"import in the warm process: {child('nothing', False):.0f} ms, once")
        print("start   first line   torch there   first optimiser   start to end of an empty child   (ms, median)")
        for cold in (False, True):
            out.write_text("")
            for _ in range(args.runs):
                child("points", cold)
            rows = [[float(text) for text in line.split()] for line in out.read_text().splitlines()]
            first, ready, optimiser = (statistics.median(column) for column in zip(*rows, strict=True))
            whole = statistics.median(child("nothing", cold) for _ in range(args.runs))
            print(f"{'cold' if cold else 'warm'}    {first:10.0f}   {ready:11.0f}   {optimiser:15.0f}   {whole:30.0f}")


if __name__ == "__main__":
    main()
