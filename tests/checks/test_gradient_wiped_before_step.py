from dataclasses import replace

from trialrun.checks.gradient.gradient_wiped_before_step import GradientWipedBeforeStep
from trialrun.evidence.gradients import WindowRecord
from trialrun.findings.finding import Severity

from .records import OPTIMISER, SOURCE, findings, line

EMPTY = WindowRecord(0, 0, line(41), used=0, wiped=1, gradients_found=False, wiped_where=line(40), wiped_norm=0.5)
PARTIAL = replace(EMPTY, used=1, wiped=3, gradients_found=True, wiped_backward=line(39), used_backward=line(39))
USED = replace(EMPTY, used=1, wiped=0, gradients_found=True, wiped_where=None)


def judged(*windows: WindowRecord, source: str = "") -> list[Severity]:
    text = {**SOURCE, "train.py": SOURCE["train.py"] + source}
    return [f.severity for f in findings(GradientWipedBeforeStep, window=windows, optimiser=(OPTIMISER,), source=text)]


def test_every_step_without_gradients_is_an_error_where_they_were_cleared() -> None:
    (finding,) = findings(GradientWipedBeforeStep, window=(EMPTY, EMPTY), optimiser=(OPTIMISER,), source=SOURCE)

    assert finding.severity is Severity.ERROR
    assert str(finding.where) == "train.py:40"
    assert "None of the 2 steps" in finding.message
    assert "|g| 0.5" in finding.message


def test_one_step_alone_is_silent() -> None:
    assert judged(EMPTY) == []


def test_micro_batches_cleared_one_by_one_are_an_error_unless_the_program_reads_gradients() -> None:
    assert judged(PARTIAL, PARTIAL, USED) == [Severity.ERROR]
    assert judged(PARTIAL, PARTIAL, USED, source="print(p.grad)\n") == []


def test_remainder_that_the_next_epoch_clears_is_silent() -> None:
    assert judged(USED, PARTIAL, PARTIAL) == []


def test_backward_of_another_line_is_a_probe() -> None:
    probe = replace(PARTIAL, wiped_backward=line(20))
    assert judged(probe, probe) == []


def test_optimisers_that_lost_the_same_backward_are_told_once() -> None:
    both = (OPTIMISER, replace(OPTIMISER, id=1))
    windows = (EMPTY, EMPTY, replace(EMPTY, optimiser=1), replace(EMPTY, optimiser=1))
    assert len(findings(GradientWipedBeforeStep, window=windows, optimiser=both, source=SOURCE)) == 1


def test_a_line_that_drops_the_gradient_is_pointed_at_only_where_it_stands_alone() -> None:
    unseen = replace(EMPTY, wiped_where=None, wiped_backward=line(39))
    drop = "def drop(p):\n    p.grad = None\n"

    def place(source: str) -> str:
        text = {"drop.py": source}
        (found,) = findings(GradientWipedBeforeStep, window=(unseen, unseen), optimiser=(OPTIMISER,), source=text)
        return str(found.where)

    assert place(drop) == "drop.py:2"
    assert place(drop + drop) == str(line(41))
