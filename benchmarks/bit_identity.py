"""Claim: 50 watched updates, no loop cut, leave the same bits as a bare run: weights, optimisers, random streams.

    python benchmarks/bit_identity.py

Runs each program of identity/train.py bare, twice (a program that differs from itself proves nothing), and then in the
child process of the smoke stage with every loop complete and every update watched. The programs print each loss with
all its digits, and digests of what is left, gradients included; the three outputs must be equal byte for byte.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from measure import ROOT, run, table

from trialrun.stages.brief import Brief
from trialrun.target.job import Job
from trialrun.target.program import Program
from trialrun.target.supervise import Supervisor

NAMES = ("mlp", "cnn", "lstm", "attention", "gan", "lbfgs", "by_hand", "mixed")
STEPS = 50
SCRIPT = str(ROOT / "benchmarks" / "identity" / "train.py")


def watched(name: str, folder: Path) -> tuple[str, int]:
    """The program's output when watched without cutting, and how many updates were put on record."""
    folder.mkdir()
    brief = Brief(
        program=Program(SCRIPT, None, (name,), str(folder)),
        run_dir=str(folder),
        evidence=str(folder / "evidence.jsonl"),
        scratch=str(folder / "scratch"),
        cut=(),
        jump=False,
    )
    job = Job("trialrun.stages.child:main", brief.payload(), folder / "stdout.log", folder / "stderr.log")
    with Supervisor() as supervisor:
        supervisor.start(job).wait(120.0, lambda: None, 0.1)
    records = [json.loads(line) for line in (folder / "evidence.jsonl").read_text().splitlines()]
    return (folder / "stdout.log").read_text(), sum(record["record"] == "update" for record in records)


def main() -> int:
    rows, right = [], True
    with tempfile.TemporaryDirectory(prefix="identity-") as temporary:
        folder = Path(temporary)
        for name in NAMES:
            first, second = (run([sys.executable, SCRIPT, name], folder).stdout for _ in range(2))
            output, updates = watched(name, folder / name)
            repeats = first == second and first.endswith(f"done {name}\n")
            same = output == first
            right = right and repeats and same and updates == STEPS
            differs = [
                bare.split()[0]
                for bare, seen in zip(first.splitlines(), output.splitlines(), strict=False)
                if bare != seen
            ]
            verdict = "yes" if same else f"NO: {', '.join(differs[:4]) or 'length'}"
            rows.append([name, "yes" if repeats else "NO", updates, verdict])
    print(table(["program", "bare run repeats itself", "updates watched", "identical to bare"], rows))
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
