"""Claim: every lesson of examples/ is clean, and each mistake it can make is named, by its cause and at its line.

    python benchmarks/lesson_mistakes.py                  # each lesson, and each of its --broken NAME, with all stages
    python benchmarks/lesson_mistakes.py --only lenet
    python benchmarks/lesson_mistakes.py --write          # docs/lessons/mistakes.md

What is expected stands in the lessons: the line that a finding has to point at ends in ``# --broken NAME: CODE``. Exit
status 1 if a lesson has an error or a warning, or a mistake is not named, at another place, or not alone.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from measure import ROOT, rehearse, table

sys.path.insert(0, str(ROOT))

from tests.examples.lessons import Mistake, broken, mistakes, programs, title

PAGE = ROOT / "docs" / "lessons" / "mistakes.md"
HEADER = ("lesson", "`--broken`", "what is wrong", "found", "line", "shown by", "s")
INTRODUCTION = """# What people do wrong, and what `trialrun run` says

Written by `python benchmarks/lesson_mistakes.py --write`: each lesson rehearsed with all stages, as it is and with each
of its mistakes, two at a time on two cores. "Verified": a replay with the mistake mended has confirmed the cause.

"""


def look(program: Path, mistake: Mistake | None) -> tuple[bool, list[object]]:
    """Whether it is as expected, and its row."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = ("--broken", mistake.name) if mistake else ()
        # One thread each: two rehearsals that both use all cores wait for each other at every operation.
        environment = {"OMP_NUM_THREADS": "1"}
        ended, report = rehearse((str(program), *arguments), Path(folder), Path(folder, "run"), environment=environment)
    findings = [finding for finding in report.get("findings", ()) if finding["severity"] != "note"]
    if mistake is None:
        return ended.status == 0 and not findings, _row(program, None, findings, ended.seconds)
    every = [finding for finding in report.get("findings", ()) if finding["code"] == mistake.code]
    findings = findings or every  # a check may give notes only
    places = {(finding["code"], *_place(finding)) for finding in findings}
    return places == {(mistake.code, mistake.file.name, mistake.line)}, _row(program, mistake, findings, ended.seconds)


def _row(program: Path, mistake: Mistake | None, findings: list[dict[str, Any]], seconds: float) -> list[object]:
    named = ", ".join(f"{finding['severity']} {finding['code']} {finding['slug']}" for finding in findings)
    shown = ", ".join(f"{finding['stage']}{', verified' if finding['verified'] else ''}" for finding in findings)
    lines = ", ".join(":".join(str(part) for part in _place(finding)) for finding in findings)
    name, wrong = (f"`{mistake.name}`", broken(program)[mistake.name]) if mistake else ("", "")
    return [f"[{title(program)}]({title(program)}.md)", name, wrong, named or "nothing", lines, shown, f"{seconds:.0f}"]


def _place(finding: dict[str, Any]) -> tuple[str, int | None]:
    where = finding["where"]
    return (Path(where["file"]).name, where["line"]) if where else ("", None)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", default=[], help="part of a lesson's name")
    parser.add_argument("--write", action="store_true", help=f"write the table to {PAGE.relative_to(ROOT)}")
    parser.add_argument("--jobs", type=int, default=2, help="rehearsals at a time")
    arguments = parser.parse_args()
    if arguments.write and arguments.only:
        parser.error("--write takes all lessons; leave --only out")

    lessons = [program for program in programs() if title(program) != "mnist_cnn"]
    lessons = [program for program in lessons if any(part in title(program) for part in arguments.only or [""])]
    looked_at = [(program, mistake) for program in lessons for mistake in (None, *mistakes(program))]
    rows, wrong = [], 0
    with ThreadPoolExecutor(arguments.jobs) as pool:
        for right, row in pool.map(look, *zip(*looked_at, strict=True)):
            wrong += not right
            rows.append(row)
            print(*row, "" if right else "<- NOT AS EXPECTED", sep="  ", flush=True)
    made = sum(row[1] != "" for row in rows)
    summary = f"{len(rows) - made} lessons and {made} mistakes; {wrong} not as expected."
    print(summary)
    if arguments.write:
        PAGE.write_text(f"{INTRODUCTION}{table(HEADER, rows)}\n\n{summary}\n", encoding="utf-8")
    return int(wrong > 0)


if __name__ == "__main__":
    raise SystemExit(main())
