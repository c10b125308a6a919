"""Claim: of forty right programs, overfit gives a true verdict on at least 36 and an honest skip on the rest.

    python benchmarks/overfit_verdicts.py [--examples DIR] [--nanogpt DIR] [--only NAME ...]

Each is rehearsed with smoke alone and with overfit, and three things are looked at: the verdict against what is known
of the program; whether all state was put back bit for bit; whether smoke saw the same in both rehearsals, loss by loss,
norm by norm and file by file. Where it did not, smoke is run once more, to see whether the program repeats itself at
all. Exit status 1 for a false verdict, fewer than 36 true ones, or state that was not put back.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from measure import ROOT, rehearse, table
from overfit_programs import OVERFIT, Known

# What differs from run to run of the same program, or is written by the repeats themselves.
CLOCKS = frozenset(("seconds", "process_bytes", "device_bytes"))
OTHERS = frozenset(("overfit", "repeat", "restore", "phase", "environment", "memory", "loop_bound"))
LATEST = frozenset(("coverage", "write", "parameter", "optimiser", "loop", "evaluation", "schedule"))
LEARNS = ("learnt", "learning")


@dataclass(frozen=True)
class Outcome:
    """What became of one program."""

    known: Known
    word: str  # of the verdict
    sentence: str
    restored: bool
    same: str  # "yes" | "no" | "it does not repeat itself"
    repeats: int
    seconds: float  # that the repeats took

    @property
    def true(self) -> bool:
        if self.known.truth == "learns":
            return self.word in LEARNS
        return self.word == "no verdict" or (self.known.truth == "either" and self.word in LEARNS)

    @property
    def honest(self) -> bool:
        return self.true or self.word == "no verdict"


def seen(evidence: Path) -> list[Any]:
    """The records of a run without its clocks; of those that replace one another the last."""
    kept: dict[Any, Any] = {}
    for number, line in enumerate(evidence.read_text(encoding="utf-8").splitlines()):
        record = json.loads(line)
        kind = record["record"]
        if kind in OTHERS or kind.endswith("_time"):
            continue
        key = (kind, str(record.get("path") or record.get("id") or record.get("where"))) if kind in LATEST else number
        kept[key] = without_clocks(record)
    return sorted(json.dumps(record, sort_keys=True) for record in kept.values())


def without_clocks(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_clocks(item) for key, item in value.items() if key not in CLOCKS}
    return [without_clocks(item) for item in value] if isinstance(value, list) else value


def measure(known: Known, collection: Path, kept: Path) -> Outcome:
    """Rehearse one program with and without repeats."""
    program = known.program
    name = "".join(letter if letter.isalnum() else "_" for letter in program.name)

    def run(stages: str, suffix: str) -> tuple[dict[str, Any], Path]:
        out = kept / (name + suffix)
        options = ("--stages", stages, "--budget", "300")
        _, report = rehearse(
            program.target, collection / program.folder, out, environment=program.environment, options=options
        )
        return report, out / "evidence.jsonl"

    report, evidence = run("smoke,overfit", "")
    _, alone = run("smoke", "_alone")
    same = "yes" if seen(evidence) == seen(alone) else "no"
    if same == "no" and seen(run("smoke", "_again")[1]) != seen(alone):
        same = "it does not repeat itself"
    overfit = report.get("overfit") or {}
    records = [json.loads(line) for line in evidence.read_text(encoding="utf-8").splitlines()]
    restored = [record["identical"] for record in records if record["record"] == "restore"]
    stage = next((s for s in report.get("stages", ()) if s["name"] == "overfit"), {})
    return Outcome(
        known,
        str(overfit.get("verdict", "no verdict")),
        str(overfit.get("sentence") or stage.get("reason")),
        bool(restored) and all(restored),
        same,
        len(overfit.get("record", {}).get("losses", ())),
        float(stage.get("duration_s", 0.0)),
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=Path, help="checkout of pytorch/examples")
    parser.add_argument("--nanogpt", type=Path, help="checkout of nanoGPT")
    parser.add_argument("--only", action="append", default=[], help="part of a program's name or file")
    parser.add_argument("--keep", type=Path, help="folder for the run folders")
    arguments = parser.parse_args()
    collections = {"own": ROOT / "tests" / "programs", "examples": arguments.examples, "nanogpt": arguments.nanogpt}
    kept = arguments.keep or Path(tempfile.mkdtemp(prefix="overfit-"))
    outcomes = []
    for known in OVERFIT:
        collection = collections[known.collection]
        words = (known.program.name, *known.program.target)
        if collection is None or (arguments.only and not any(o in w for o in arguments.only for w in words)):
            continue
        outcome = measure(known, collection.absolute(), kept)
        outcomes.append(outcome)
        mark = "true" if outcome.true else "skipped" if outcome.honest else "FALSE"
        print(f"{known.program.name}: {mark}: {outcome.word}: {outcome.sentence}", flush=True)
    rows = [
        [o.known.program.name, o.known.truth, o.word, o.repeats, f"{o.seconds:.1f}", _yes(o.restored), o.same]
        for o in outcomes
    ]
    print(table(["program", "truth", "verdict", "repeats", "s", "put back", "smoke the same"], rows))
    true, honest = sum(o.true for o in outcomes), sum(o.honest for o in outcomes)
    restored = sum(o.restored for o in outcomes)
    same = sum(o.same != "no" for o in outcomes)
    print(f"true {true} of {len(outcomes)}, false {len(outcomes) - honest}, put back {restored}, smoke the same {same}")
    enough = true >= 36 or len(outcomes) < len(OVERFIT)
    return 0 if enough and honest == restored == same == len(outcomes) else 1


def _yes(value: bool) -> str:
    return "yes" if value else "NO"


if __name__ == "__main__":
    sys.exit(main())
