"""Runs the lessons of examples/ in full and puts what they print, and their plots, into the pages of docs/lessons/.

    python scripts/make_lessons.py [NAME ...]

Without names all of them, one after another, and the time of each into the index. Exit status 1 where a lesson failed
or has no page.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.examples.lessons import FOLDER, programs, title  # noqa: E402

PAGES = ROOT / "docs" / "lessons"
OUTPUT = re.compile(r"(?<=<!-- output -->\n).*?(?=<!-- end of output -->)", re.DOTALL)
TIMES = re.compile(r"(?<=<!-- times -->\n).*?(?=<!-- end of times -->)", re.DOTALL)


def run(program: Path) -> tuple[str, float]:
    """What it printed, and how long it took in s.

    Raises:
        subprocess.CalledProcessError: it failed; what it wrote is on our stderr already.
    """
    shell = program.with_suffix(".sh")
    command = ["bash", str(shell)] if shell.exists() else [sys.executable, str(program)]
    with tempfile.TemporaryDirectory() as scratch:
        started = time.perf_counter()
        ended = subprocess.run(
            [*command, "--out", scratch],
            cwd=ROOT,
            # One thread: sums over several differ in their last bits, and so would pages made on other machines.
            env={**os.environ, "PYTHON": sys.executable, "OMP_NUM_THREADS": "1"},
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            check=True,
        )
        took_s = time.perf_counter() - started
        for plot in sorted(Path(scratch).glob(f"{title(program)}*.png")):
            (PAGES / "images" / plot.name).write_bytes(plot.read_bytes())
        return ended.stdout.replace(scratch, "OUT"), took_s


def main(names: list[str]) -> int:
    """Makes the pages of the lessons called ``names``, or of all."""
    lessons = [program for program in programs() if title(program) != "mnist_cnn"]
    unknown = set(names) - {title(program) for program in lessons}
    if unknown:
        print(f"no lesson is called {', '.join(sorted(unknown))}; there are those of {FOLDER}", file=sys.stderr)
        return 2
    (PAGES / "images").mkdir(parents=True, exist_ok=True)
    took, failed = {}, False
    for program in lessons:
        name = title(program)
        if names and name not in names:
            continue
        try:
            printed, took[name] = run(program)
        except subprocess.CalledProcessError as error:
            print(f"{name}: ended with status {error.returncode}", file=sys.stderr)
            failed = True
            continue
        print(f"{name}: {took[name]:.0f} s")
        for page in (PAGES / f"{name}.md", PAGES / f"{name}.zh-CN.md"):
            block = f"```text\n{printed.rstrip()}\n```\n"
            failed |= not _put(page, OUTPUT, block)
    print(f"together: {sum(took.values()):.0f} s")
    if not names and not failed:
        rows = "".join(f"| {name} | {seconds:.0f} |\n" for name, seconds in took.items())
        table = f"| lesson | s |\n|---|---|\n{rows}| **all** | **{sum(took.values()):.0f}** |\n"
        for index in ("README.md", "README.zh-CN.md"):
            failed |= not _put(PAGES / index, TIMES, table)
    return int(failed)


def _put(page: Path, place: re.Pattern[str], text: str) -> bool:
    before = page.read_text(encoding="utf-8") if page.exists() else ""
    if not place.search(before):
        print(f"{page}: is missing, or has no place for it: {place.pattern}", file=sys.stderr)
        return False
    page.write_text(place.sub(lambda _: text, before), encoding="utf-8")
    return True


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
