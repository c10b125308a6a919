"""While a window is repeated nothing is counted or shown, and afterwards every count stands as it did."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from trialrun.stages.quiet import LOG, Quiet
from trialrun.target.instrument import Instrumenter
from trialrun.target.loops import Loops
from trialrun.target.policy import Policy

PROGRAM = """
def body(rare):
    for i in range(3):
        if rare:
            x = 1
    while i < 5:
        i += 1
for epoch in range(2):
    body(False)
    between()
"""


def run(folder: Path, between: Callable[[Quiet, Loops, Instrumenter, dict[str, object]], None]) -> None:
    loops = Loops(Policy(), lambda record: None)
    instrumenter = Instrumenter(loops)
    instrumenter.install()
    quiet = Quiet(loops, instrumenter, folder, lambda: None)
    names: dict[str, object] = {"__name__": "program"}
    names["between"] = lambda: between(quiet, loops, instrumenter, names)
    exec(instrumenter.compile(PROGRAM, "program.py", "program.py"), names)


def counts(loops: Loops, instrumenter: Instrumenter) -> list[object]:
    sites = [{name: value for name, value in vars(site).items() if name != "active"} for site in loops.sites]
    hits = [bytes(file.coverage.hits) for file in instrumenter.files.values()]
    return [sites, hits]


def test_counts_and_coverage_stand_as_before(tmp_path: Path) -> None:
    looked = []

    def between(quiet: Quiet, loops: Loops, instrumenter: Instrumenter, names: dict[str, object]) -> None:
        before = counts(loops, instrumenter)
        end = quiet()
        assert quiet.on
        names["body"](True)  # type: ignore[operator]
        during = counts(loops, instrumenter)
        end()
        assert not quiet.on
        looked.append((before, during, counts(loops, instrumenter)))

    run(tmp_path, between)
    assert len(looked) == 2
    for before, during, after in looked:
        assert before != during  # guarded: without the silence it would have been counted
        assert before == after


def test_loops_do_not_age_meanwhile(tmp_path: Path) -> None:
    ages = []

    def between(quiet: Quiet, loops: Loops, instrumenter: Instrumenter, names: dict[str, object]) -> None:
        (loop,) = [loop for site in loops.sites for loop in site.active.values()]
        begun = loop.entered_at
        end = quiet()
        for _ in range(20):
            names["body"](True)  # type: ignore[operator]
        end()
        ages.append(loop.entered_at - begun)

    run(tmp_path, between)
    assert len(ages) == 2 and ages[0] > 0


def test_modules_first_imported_meanwhile_count_nothing(tmp_path: Path) -> None:
    found = []

    def between(quiet: Quiet, loops: Loops, instrumenter: Instrumenter, names: dict[str, object]) -> None:
        if found:
            return
        end = quiet()
        exec(instrumenter.compile("for i in range(4):\n    pass", "late.py", "late.py"), {"__name__": "late"})
        (site,) = [site for site in loops.sites if site.where.file == "late.py"]
        assert site.iterations == 4
        end()
        found.append(site)

    run(tmp_path, between)
    assert (found[0].iterations, found[0].entries) == (0, 0)


@pytest.mark.parametrize("replaced", [False, True], ids=["", "sys.stdout replaced"])
def test_output_goes_to_the_log(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, replaced: bool
) -> None:
    loops = Loops(Policy(), lambda record: None)
    quiet = Quiet(loops, Instrumenter(loops), tmp_path, lambda: None)
    out = None if replaced else open(1, "w", closefd=False)  # noqa: SIM115 - as Python opens it
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", io.StringIO() if replaced else open(2, "w", closefd=False))  # noqa: SIM115
    os.write(1, b"before\n")
    end = quiet()
    os.write(1, b"a native library\n")
    if not replaced:
        print("not flushed")
        print("an error", file=sys.stderr)
    end()
    os.write(2, b"after\n")
    assert capfd.readouterr() == ("before\n", "after\n")
    said = {"a native library"} if replaced else {"a native library", "not flushed", "an error"}
    assert set((tmp_path / LOG).read_text().splitlines()) == said


def test_silence_twice_adds_to_one_log_and_leaks_no_descriptor(tmp_path: Path) -> None:
    loops = Loops(Policy(), lambda record: None)
    quiet = Quiet(loops, Instrumenter(loops), tmp_path, lambda: None)
    open_before = len(os.listdir("/dev/fd"))
    for word in (b"one\n", b"two\n"):
        end = quiet()
        os.write(1, word)
        end()
    assert (tmp_path / LOG).read_bytes() == b"one\ntwo\n"
    assert len(os.listdir("/dev/fd")) == open_before
