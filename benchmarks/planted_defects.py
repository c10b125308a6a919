"""Claim: none; an honest count. Of the defects planted in six right programs, which are found, and by the right name?

    python benchmarks/planted_defects.py                         # all of them, one to two hours on two quiet cores
    python benchmarks/planted_defects.py --only digits_mlp       # of one program, or of one kind: --only "zero_grad"
    python benchmarks/planted_defects.py --write results.md
    python benchmarks/planted_defects.py --bare DIR --only-bare  # the full runs alone, kept in DIR, which takes longest
    python benchmarks/planted_defects.py --bare DIR              # with those of DIR: they are not trialrun's

Each mutant is rehearsed with all default stages. It is also run bare and in full, over a few seeds, against the
original: only where its result is worse than the original's worst seed is it a defect at all. Outcomes:

caught        a finding whose code was expected beforehand (benchmarks/planted/)
other         an error or warning, but of another name
missed        neither
not a defect  the full run ends no worse than the original does on one seed or another; what was said is shown too

Exit status 0; 1 if a defect could not be planted or an original did not run to its end.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import json
import re
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from measure import ROOT, run, table
from planted.kinds import Mutant, NotApplicable, Subject
from planted.subjects import SUBJECTS, source
from warm import own, rehearse_warm, spread

SEEDS = (1, 2, 3)
MOST_S = 1800.0  # of one full run
HEADER = ("program", "defect", "outcome", "found", "expected", "original", "mutant")


@dataclass(frozen=True)
class Task:
    """One mutant; without one, the original."""

    subject: Subject
    mutant: Mutant | None


@dataclass(frozen=True)
class Seen:
    """What the rehearsal said of it, and how its full runs ended: None for one that crashed or gave no number."""

    task: Task
    found: tuple[tuple[str, str], ...]  # (code, severity)
    results: tuple[float | None, ...]

    @property
    def loud(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(code for code, severity in self.found if severity != "note"))


def look(task: Task, seeds: Sequence[int], bare: Path | None, rehearsed: bool) -> Seen:
    """Rehearse it, then run it in full with each seed."""
    subject = task.subject
    with tempfile.TemporaryDirectory(prefix="planted-") as temporary:
        folder = Path(temporary)
        script = folder / Path(subject.path).name
        script.write_text(source(ROOT, subject, task.mutant), encoding="utf-8")
        report = rehearse_warm(own(), (script.name,), folder) if rehearsed else {}
        results = [full_run(subject, source(ROOT, subject, task.mutant, seed), script, bare) for seed in seeds]
    found = tuple((finding["code"], finding["severity"]) for finding in report.get("findings", ()))
    return Seen(task, found, tuple(results))


def full_run(subject: Subject, text: str, script: Path, bare: Path | None) -> float | None:
    """What the program of this ``text`` ends with, run in full; kept in the folder ``bare`` for another time."""
    key = hashlib.sha256("\0".join((text, *subject.arguments)).encode()).hexdigest()
    kept = bare / f"{key}.json" if bare else None
    if kept is not None and kept.exists():
        known: float | None = json.loads(kept.read_text(encoding="utf-8"))
        return known
    script.write_text(text, encoding="utf-8")
    ended = run((sys.executable, script.name, *subject.arguments), script.parent, timeout_s=MOST_S)
    value = result(subject, ended.stdout) if ended.status == 0 else None
    if kept is not None:
        kept.write_text(json.dumps(value), encoding="utf-8")
    return value


def result(subject: Subject, printed: str) -> float | None:
    """The number that the program is judged by; None for NaN, too."""
    told = re.findall(subject.result, printed)
    value = float(told[-1]) if told else float("nan")
    return value if value == value else None


def is_worse(subject: Subject, original: Sequence[float | None], mutant: Sequence[float | None]) -> bool:
    """Whether the middle result of the mutant lies beyond the worst of the original's."""
    kept = [value for value in mutant if value is not None]
    whole = [value for value in original if value is not None]
    if len(kept) <= len(mutant) // 2:
        return True
    if subject.better == "higher":
        return statistics.median(kept) < min(whole)
    return statistics.median(kept) > max(whole)


def outcome(seen: Seen, original: Seen) -> str:
    assert seen.task.mutant is not None
    if not is_worse(seen.task.subject, original.results, seen.results):
        return "not a defect"
    if any(code in seen.task.mutant.expected for code, _ in seen.found):
        return "caught"
    return "other" if seen.loud else "missed"


def shown(values: Sequence[float | None]) -> str:
    return " ".join("failed" if value is None else f"{value:.4g}" for value in values)


def row(seen: Seen, original: Seen) -> list[object]:
    mutant = seen.task.mutant
    assert mutant is not None
    notes = [f"({code})" for code, severity in seen.found if severity == "note" and code in mutant.expected]
    return [
        seen.task.subject.name,
        mutant.kind,
        outcome(seen, original),
        " ".join((*seen.loud, *notes)) or "nothing",
        " ".join(mutant.expected) or "nothing can tell",
        shown(original.results),
        shown(seen.results),
    ]


def chosen(only: Sequence[str]) -> tuple[list[Task], list[list[object]]]:
    """The mutants to look at, each original before its own, and the rows of what does not apply."""
    tasks: list[Task] = []
    absent: list[list[object]] = []
    for subject in SUBJECTS:
        wanted = [p for p in subject.planted if not only or any(o in f"{subject.name} {p.kind}" for o in only)]
        if any(isinstance(planted, Mutant) for planted in wanted):
            tasks.append(Task(subject, None))
        for planted in wanted:
            if isinstance(planted, NotApplicable):
                absent.append([subject.name, planted.kind, "not applicable", planted.because, "", "", ""])
            else:
                source(ROOT, subject, planted, SEEDS[0])  # one that cannot be planted is better known now
                tasks.append(Task(subject, planted))
    return tasks, absent


def counts(rows: Sequence[Sequence[object]]) -> str:
    """How many of each outcome, by kind and in all."""
    words = ("caught", "other", "missed", "not a defect", "not applicable")
    kinds = list(dict.fromkeys(str(r[1]) for r in rows))
    lines = [[kind, *(sum(r[1] == kind and r[2] == word for r in rows) for word in words)] for kind in kinds]
    lines.append(["all", *(sum(r[2] == word for r in rows) for word in words)])
    return table(["defect", *words], lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", default=[], help='part of "program kind"')
    parser.add_argument("--seeds", type=int, default=len(SEEDS), choices=(1, 2, 3), help="full runs of each")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--bare", type=Path, help="folder that keeps what the full runs ended with")
    parser.add_argument("--only-bare", action="store_true", help="no rehearsals: fill that folder")
    parser.add_argument("--write", type=Path, help="write the tables there as well")
    args = parser.parse_args()
    if args.bare:
        args.bare.mkdir(parents=True, exist_ok=True)
    tasks, rows = chosen(args.only)
    originals: dict[str, Seen] = {}
    failed = False
    work = functools.partial(look, seeds=SEEDS[: args.seeds], bare=args.bare, rehearsed=not args.only_bare)
    for seen in spread(work, tasks, args.jobs):
        name = seen.task.subject.name
        if seen.task.mutant is None:
            originals[name] = seen
            whole = None not in seen.results
            failed = failed or not whole
            print(f"{name} as it is: {shown(seen.results)}; found: {' '.join(seen.loud) or 'nothing'}", flush=True)
        elif any(value is not None for value in originals[name].results):
            rows.append(row(seen, originals[name]))
            print(" | ".join(str(cell) for cell in rows[-1]), flush=True)
    text = f"{table(HEADER, rows)}\n\n{counts(rows)}"
    print(f"\n{text}")
    if args.write:
        args.write.write_text(text + "\n", encoding="utf-8")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
