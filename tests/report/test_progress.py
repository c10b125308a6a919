"""How far a rehearsal is, while it runs."""

from __future__ import annotations

import io

from rich.console import Console

from trialrun.findings.finding import Finding, Location, Severity
from trialrun.rehearsal.settings import Progress
from trialrun.report import progress


def on_terminal(verbose: bool = False) -> tuple[progress.Quiet, io.StringIO]:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=60, color_system=None, _environ={})
    return progress.make(console, verbose=verbose), stream


def test_a_line_says_stage_steps_loss_and_time_left() -> None:
    assert progress.line(
        "smoke", 12, 2.31741, 98.2
    ) == "smoke: 12 updates, loss 2.317, 98 s left of the budget".replace("98 s", "1 min 38 s")
    assert progress.line("smoke", 1, None, 3.4, "rerun without the cut") == (
        "smoke: 1 update, 3 s left of the budget, rerun without the cut"
    )
    assert progress.line("overfit", 60, 0.02, 40.0) == "overfit: 60 repeats, loss 0.02000, 40 s left of the budget"
    assert progress.line("smoke", 0, None, -5.0) == "smoke: no update yet, 0 s left of the budget"


FOUND = Finding("GRD401", "stale-gradient", Severity.ERROR, "Stale.", "Clear.", Location("train.py", 41, "train"))


def test_a_finding_is_told_as_soon_as_it_is_known() -> None:
    stream = io.StringIO()
    progress.Plain(stream).found(FOUND)
    assert stream.getvalue() == "trialrun: found error GRD401 stale-gradient, train.py:41\n"
    live, stream = on_terminal()
    live.update("subset", 1, 2.0, 10.0)
    live.found(FOUND)
    live.close()
    assert "found error GRD401 stale-gradient, train.py:41" in stream.getvalue()
    quiet = io.StringIO()
    progress.Quiet(quiet).found(FOUND)
    assert quiet.getvalue() == ""


def test_every_way_is_what_the_rehearsal_asks_for() -> None:
    shown: Progress = progress.Quiet(io.StringIO())
    shown.update("smoke", 1, None, 1.0)
    shown.output("text")


def test_a_pipe_gets_a_line_now_and_then() -> None:
    stream = io.StringIO()
    with progress.Plain(stream, every_s=1000) as shown:
        for step in range(50):
            shown.update("smoke", step, 2.0, 100.0)
        shown.update("smoke", 51, 2.0, 99.0, "rerun without the cut")
    lines = stream.getvalue().splitlines()
    assert [line.split(",")[0] for line in lines] == ["trialrun: smoke: no update yet", "trialrun: smoke: 51 updates"]


def test_a_pipe_gets_a_line_again_after_a_while() -> None:
    stream = io.StringIO()
    shown = progress.Plain(stream, every_s=0.0)
    for step in range(3):
        shown.update("smoke", step, 2.0, 100.0)
    assert len(stream.getvalue().splitlines()) == 3


def test_the_scripts_output_is_passed_on_only_when_verbose() -> None:
    stream = io.StringIO()
    progress.Plain(stream).output("epoch 1\n")
    progress.Quiet(stream).output("epoch 1\n")
    assert stream.getvalue() == ""
    with progress.Plain(stream, verbose=True) as shown:
        shown.output("epoch 1")
        shown.update("smoke", 1, None, 70.0)
        shown.output("epoch 2")
    assert stream.getvalue() == "epoch 1\ntrialrun: smoke: 1 update, 1 min 10 s left of the budget\nepoch 2\n"


def test_a_terminal_has_one_line_that_is_gone_at_the_end() -> None:
    shown, stream = on_terminal()
    assert isinstance(shown, progress.LiveLine)
    with shown:
        shown.update("smoke", 1, 2.3, 100.0)
        shown.update("smoke", 2, 2.2, 99.0)
    assert "1 update" in stream.getvalue()
    assert "2 updates" in stream.getvalue()
    assert stream.getvalue().endswith("\x1b[2K")


def test_the_scripts_output_stands_above_the_live_line() -> None:
    shown, stream = on_terminal(verbose=True)
    with shown:
        shown.update("smoke", 1, 2.3, 100.0)
        shown.output("epoch 1: lo")
        shown.output("ss 2.3\n 10%|#\r 20%|##\rdone\nlast words")
    text = stream.getvalue()
    assert "epoch 1: loss 2.3\n" in text
    assert "done\n" in text
    assert "20%" not in text
    assert "last words\n" in text


def test_a_live_line_never_wraps() -> None:
    shown, stream = on_terminal()
    with shown:
        shown.update("smoke", 1, 2.3, 100.0, "a very long note that does not fit into sixty characters")
    assert "\n" not in stream.getvalue().rstrip("\n").split("\x1b[2K")[0]


def test_the_way_is_chosen_by_where_it_goes() -> None:
    pipe = Console(file=io.StringIO(), _environ={})
    assert isinstance(progress.make(pipe), progress.Plain)
    assert type(progress.make(pipe, quiet=True)) is progress.Quiet
    terminal = Console(file=io.StringIO(), force_terminal=True, _environ={"TERM": "xterm"})
    assert isinstance(progress.make(terminal), progress.LiveLine)
    assert type(progress.make(terminal, own_terminal=False)) is progress.Quiet
    dumb = Console(file=io.StringIO(), force_terminal=True, _environ={"TERM": "dumb"})
    assert isinstance(progress.make(dumb), progress.Plain)
