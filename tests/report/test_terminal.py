"""The report for a terminal, a log and a CI page."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
import sample
from rich.console import Console

from trialrun.evidence import Evidence
from trialrun.evidence.estimate import Estimate
from trialrun.evidence.place import Where
from trialrun.evidence.program import CrashRecord, LoopRecord, WriteRecord
from trialrun.evidence.repeats import OverfitRecord, RestoreRecord
from trialrun.findings.finding import Location, Severity
from trialrun.findings.result import StageResult
from trialrun.report import terminal
from trialrun.report.result import RehearsalResult


def rendered(result: RehearsalResult, width: int = 80, encoding: str = "utf-8", **options: Any) -> str:
    """What lands in a file of this encoding."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, write_through=True)
    terminal.render(result, Console(file=stream, width=width), **options)
    return raw.getvalue().decode(encoding)


def position(text: str, *words: str) -> list[int]:
    return [text.index(word) for word in words]


def test_what_matters_first_comes_first() -> None:
    text = rendered(sample.result())
    assert text.splitlines()[0] == "Fail: 2 errors in mnist_cnn.py."
    order = ["GRD401", "EVA701", "Rehearsed", "First batch", "Layers of Net", "Parameters", "Loss at step 0"]
    order += ["Files written", "Refused", "Python warnings", "Contained by:", "Not judged:", "Run folder:"]
    assert position(text, *order) == sorted(position(text, *order))


def test_a_finding_has_place_line_message_fix_and_proof() -> None:
    text = rendered(sample.result())
    assert (
        "error GRD401 stale-gradient  mnist_cnn.py:43 in train\n    43 | optimizer.step()\n    optimizer.step() used"
        in text
    )
    assert "    Fix: Call optimizer.zero_grad() before loss.backward().\n" in text
    assert (
        "Verified: with zero_grad() added, the same batch goes 2.31 -> 0.02 in 60\n    steps (now: 2.31 -> 4.80)"
        in text
    )
    assert "Also explains: LOS306" in text


def test_symptoms_are_folded_under_their_cause_a_line_each() -> None:
    dead = replace(sample.TRAIN_MODE, code="TRN601", slug="cannot-overfit", severity=Severity.WARNING, where=None)
    cause = replace(sample.STALE, explains=("LOS306", "EVA701", "TRN601"), folded=(sample.TRAIN_MODE, dead))
    text = rendered(sample.result(findings=(cause,)), quiet=True)
    assert text.endswith(
        "    Explains: error EVA701 evaluating-in-train-mode  mnist_cnn.py:54\n"
        "      warning TRN601 cannot-overfit\n"
        "    Also explains: LOS306\n"
    )


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
@pytest.mark.parametrize("result", [sample.result(), sample.clean(), sample.crashed(), sample.repeated()])
def test_no_line_is_wider_than_the_console(result: RehearsalResult, width: int) -> None:
    wide = [line for line in rendered(result, width, durations=True).splitlines() if len(line) > width]
    assert not [line for line in wide if "ValueError: Expected" not in line]  # a traceback is shown as it is


def test_prose_is_not_stretched_over_a_wide_terminal() -> None:
    text = rendered(sample.result(), 200)
    assert max(len(line) for line in text.split("Rehearsed")[0].splitlines()) <= 100


def test_what_was_rehearsed() -> None:
    text = rendered(sample.result())
    assert "Rehearsed mnist_cnn.py --epochs 14 --api-key ***" in text
    assert "smoke: failed, 12 updates in 7.4 s" in text
    assert "epoch       mnist_cnn.py:70  range        14 -> 3       1  + last" in text
    assert "training    mnist_cnn.py:38  DataLoader  938 -> 4       3  + last" in text
    assert "117 of 120 statements reached; not reached:" in text
    assert "mnist_cnn.py:88-89, 92  if step % 1000 == 0" in text


def test_tensors_have_units_and_few_digits() -> None:
    text = rendered(sample.result())
    assert "[0]     64x1x28x28  float32  cpu     -0.424 .. 2.82  0.00130  1.00" in text
    assert "[0]: batch x channel x height x width" in text
    assert "labels (times): 0 (5), 1 (8)" in text
    assert "Layers of Net (1,199,882 parameters; at the first update)" in text
    assert "drop1   Dropout  64x64x12x12  64x64x12x12              0.440   26 %  train" in text
    assert "fc1.weight    128x9216      3.27    0.0731  0.00306" in text
    assert "2.317 (cross_entropy, mnist_cnn.py:41); guessing among 10 classes gives ln 10" in text


def test_the_world_outside() -> None:
    text = rendered(sample.result())
    assert "checkpoints/best.pt  4.58 MiB  written 3 times" in text
    assert "checkpoints/old.pt             removed" in text
    assert "network  api.wandb.ai:443  mnist_cnn.py:81" in text
    assert "lr_scheduler.step() called before" in text  # a line break within a warning is none in the report
    assert "Contained by: an overlay over the file system" in text
    assert "EVA704, DAT101 (no evidence of kind state_dict)" in " ".join(text.split())


def test_a_clean_run_fits_on_two_screens() -> None:
    text = rendered(sample.clean())
    assert text.startswith("Pass: no finding in mnist_cnn.py (12 updates, 117 of 120 statements reached).\n")
    assert len(text.splitlines()) <= 64


def test_long_tables_are_cut_and_say_so() -> None:
    row = sample.layers()[0]
    many = tuple(replace(row, name=f"blocks.{number}") for number in range(142))
    text = rendered(sample.result(evidence=Evidence(layer=many)))
    assert "blocks.0 " in text
    assert "blocks.141 " in text
    assert "blocks.70 " not in text
    assert "… 113 more rows in report.json" in text


def test_long_lists_are_cut_and_say_so() -> None:
    writes = tuple(WriteRecord(f"out/{number}.pt", 1, 1) for number in range(40))
    assert "… 30 more paths in report.json" in rendered(sample.result(evidence=Evidence(write=writes)))


def test_loops_of_unknown_length_and_uncut_ones() -> None:
    loops = (
        LoopRecord(Where("a.py", 3), "training", 1, 5, None, True, False, "while"),
        LoopRecord(Where("a.py", 2), "epoch", 2, 7, 4, True, False, "range"),
        LoopRecord(Where("a.py", 9), "evaluation", 1, 2, 2, False, False, "DataLoader"),
    )
    text = rendered(sample.result(evidence=Evidence(loop=loops)))
    rows = [line.split() for line in text.splitlines() if "a.py:" in line]
    assert rows == [
        ["epoch", "a.py:2", "range", "4", "->", "about", "4", "2"],
        ["training", "a.py:3", "while", "?", "->", "5", "1"],
        ["evaluation", "a.py:9", "DataLoader", "2", "1", "not", "cut"],
    ]


def test_quiet_is_the_verdict_and_the_findings() -> None:
    text = rendered(sample.result(), quiet=True)
    assert "GRD401" in text
    assert "Rehearsed" not in text
    assert "Run folder" not in text
    assert rendered(sample.clean(), quiet=True).count("\n") == 1


def test_durations_are_shown_when_asked_for() -> None:
    assert "Durations" not in rendered(sample.result())
    text = rendered(sample.result(), durations=True)
    assert "before training   2.2 s" in text
    assert "after training   350 ms" in text


def test_a_crash_shows_the_users_own_traceback_first() -> None:
    text = rendered(sample.crashed())
    assert text.startswith("Crash: mnist_cnn.py raised ValueError at mnist_cnn.py:41 after 12 updates.\n\n  Traceback")
    assert '    File "mnist_cnn.py", line 41, in train\n      loss = F.cross_entropy(out, y)\n  ValueError: Exp' in text


def test_frames_of_libraries_are_folded() -> None:
    frames = "".join(
        f'  File "/v/site-packages/torch/m.py", line {n}, in call\n    return x(\n           ^^\n' for n in range(8)
    )
    own = '  File "t.py", line 3, in fit\n    model(x)\n'
    crash = CrashRecord(
        "ValueError", "no", f"Traceback (most recent call last):\n{own}{frames}{own}{frames}ValueError: no\n"
    )
    text = rendered(sample.result(verdict="crash", exit_status=3, evidence=Evidence(crash=(crash,))))
    assert "site-packages" not in text
    assert text.count("    ... 8 frames of installed packages; all are in report.json\n") == 2
    assert text.count('    File "t.py", line 3, in fit\n      model(x)\n') == 2
    assert "\n  ValueError: no\n" in text


def test_our_frame_in_a_workers_traceback_is_folded_too() -> None:
    worker = (
        "RuntimeError: Caught KeyError in DataLoader worker process 0.\nOriginal Traceback (most recent call last):\n"
        '  File "/code/src/trialrun/capture/sources/draws.py", line 92, in fetch\n    data = original(fetcher)\n'
        "           ^^^^^^^^^^^^^^^^^\n"
        '  File "t.py", line 7, in __getitem__\n    return self.rows[index]\nKeyError: 5\n'
    )
    text = rendered(
        sample.result(verdict="crash", exit_status=3, evidence=Evidence(crash=(CrashRecord("KeyError", "5", worker),)))
    )
    assert "draws.py" not in text and "original(fetcher)" not in text
    assert '    File "t.py", line 7, in __getitem__\n      return self.rows[index]\n' in text


def test_an_end_without_a_traceback_still_has_its_reason() -> None:
    crash = CrashRecord("SIGKILL", "the process was killed by the system", "")
    killed = sample.result(
        verdict="crash", exit_status=3, evidence=Evidence(crash=(crash,)), findings=(), reason="SIGKILL: no memory"
    )
    text = rendered(killed)
    assert text.startswith("Crash: mnist_cnn.py was ended by SIGKILL after 0 updates.\n  SIGKILL: no memory\n")


def test_why_nothing_could_be_judged_is_said_once() -> None:
    reason = "The script ended by itself with status 2.\nIts own message:\nusage: train.py [-h] --data DATA"
    stage = StageResult("smoke", "skipped", reason, 1.0, 0)
    result = sample.result(
        evidence=Evidence(), findings=(), verdict="inconclusive", exit_status=5, reason=reason, stages=(stage,)
    )
    text = rendered(result)
    assert text.startswith("Inconclusive: nothing could be judged in mnist_cnn.py.\n  The script ended")
    assert text.count("usage: train.py") == 1
    assert "\n  usage: train.py [-h] --data DATA\n" in text


def test_an_interrupted_run_says_so() -> None:
    text = rendered(sample.result(exit_status=130, verdict="inconclusive", findings=(), reason="interrupted"))
    assert "  interrupted" not in text
    assert text.startswith("Interrupted: mnist_cnn.py was stopped after 12 updates")


def test_suppressed_findings_are_counted() -> None:
    assert "3 more hidden by --ignore, a comment or the baseline." in rendered(sample.result(suppressed=3))


def test_no_escape_codes_unless_it_is_a_terminal() -> None:
    assert "\x1b" not in rendered(sample.result())
    stream = io.StringIO()
    terminal.render(sample.result(), Console(file=stream, width=80, force_terminal=True, color_system="standard"))
    assert "\x1b[1;31mFail:" in stream.getvalue()


def test_an_encoding_without_the_signs_gets_others() -> None:
    row = sample.layers()[0]
    many = tuple(replace(row, name=f"blöcke.{number}") for number in range(142))
    text = rendered(sample.result(evidence=Evidence(layer=many)), encoding="ascii")
    assert "... 113 more rows in report.json" in text
    assert r"bl\xf6cke.0" in text


def test_what_a_program_says_cannot_move_the_cursor() -> None:
    nasty = replace(sample.STALE, message="bad \x1b[2J\rname \udce9", where=Location("a\nb.py", 1))
    text = rendered(sample.result(findings=(nasty,)))
    assert "\x1b" not in text
    assert r"bad \x1b[2J\rname \udce9" in text
    assert r"a\nb.py:1" in text


def test_a_message_keeps_its_own_lines_and_indents() -> None:
    card = "fc1 wants 784 features:\n  got   (64, 1, 28, 28)\n  wants (64, 784)"
    text = rendered(sample.result(findings=(replace(sample.STALE, message=card),)))
    assert "    fc1 wants 784 features:\n      got   (64, 1, 28, 28)\n      wants (64, 784)\n" in text


def test_one_batch_repeated() -> None:
    text = rendered(sample.repeated())
    assert "  overfit: passed, 56 repeats in 3.2 s\n" in text
    section = text.split("One batch repeated (at mnist_cnn.py:38)\n")[1].split("\n\n")[0].splitlines()
    assert section[0] == "  learnt: The loss fell from 2.317 to 0.02173 in 56 steps, to its floor of 0."
    assert section[1].startswith("       2.32  ⠉⠒⠤")
    assert section[6].startswith("     0.0217  ")
    assert section[7:] == [
        "             56 steps, left to right, logarithmic",
        "  Loss: 2.317 -> 0.02173 in 56 steps (3.2 s)",
        "  Floor: 0 (class indices)",
        "  Right classes: 10 % -> 100 %",
        "  Learning rate held at: 1.00 (schedule's peak)",
        "  Switched off: Dropout p=0.25 (1), Dropout p=0.5 (1)",
        "  Put back: all of it, bit for bit, before the program went on",
    ]
    order = position(text, "Rehearsed", "One batch repeated", "The full run", "First batch")
    assert order == sorted(order)


def test_a_curve_without_braille_is_of_stars() -> None:
    text = rendered(sample.repeated(), encoding="latin-1")
    assert "       2.32  ****" in text
    assert max(len(line) for line in text.splitlines() if "***" in line) <= 13 + 60


def test_what_is_not_known_of_the_repeats_is_left_out() -> None:
    bare = OverfitRecord("ran", losses=(2.3, 2.2), budget_ended=True, seconds=9.0)
    evidence = Evidence(overfit=(bare,), restore=(RestoreRecord("overfit", False, ("bn.running_mean",)),))
    text = rendered(sample.repeated(evidence=evidence))
    assert text.split("One batch repeated\n")[1].split("\n\n")[0].splitlines() == [
        "  no verdict: The loss fell from 2.3 to 2.2 in 1 step: too few to tell.",
        "  Loss: 2.300 -> 2.200 in 1 step (9.0 s; its time was up)",
        "  Not put back: bn.running_mean; what ran after it began elsewhere",
    ]


def test_repeats_that_never_ran_give_their_reason_once() -> None:
    reason = "The items differ from repeat to repeat."
    stages = (*sample.clean().stages, StageResult("overfit", "skipped", reason, 0.0, 0))
    record = OverfitRecord("skipped", reason)
    text = rendered(sample.repeated(stages=stages, evidence=Evidence(overfit=(record,))))
    assert f"  overfit: skipped. {reason}\n" in text
    assert text.count(reason) == 1


def test_what_the_full_run_takes() -> None:
    text = " ".join(rendered(sample.repeated()).split())
    assert (
        "The full run (estimated, on this machine) 49,280 steps in 14 epochs, 1 h 27 min (1 h 22 min .. 1 h 33 min), "
        "774 MiB of memory, writes 43.9 MiB. Timed on 24 steps that were not watched. Early stopping is not foreseen."
    ) in text
    assert "The full run" not in rendered(sample.clean())
    little = Estimate(1, 2.0, 2.0, 2.0, 2**20, 2**30, 0)
    assert "1 step, 2.0 s, 1.00 MiB of memory and 1.00 GiB on the device, writes nothing.\n" in rendered(
        sample.repeated(estimate=little)
    )


def test_notes_and_warnings_have_their_words() -> None:
    note = replace(sample.STALE, severity=Severity.NOTE)
    assert "  note GRD401 stale-gradient" in rendered(sample.result(findings=(note,), notes=("a line for you",)))
    assert "Note: a line for you" in rendered(sample.result(notes=("a line for you",)))
