"""The model that every renderer reads."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sample

from trialrun.evidence import Evidence
from trialrun.evidence.place import Where
from trialrun.evidence.program import LoopRecord, PhaseRecord
from trialrun.evidence.repeats import RestoreRecord
from trialrun.evidence.tensors import BatchRecord, LossCall, TensorCard
from trialrun.findings.finding import Severity
from trialrun.findings.result import Target
from trialrun.report import view
from trialrun.report.result import RehearsalResult

NOTE = replace(sample.TRAIN_MODE, code="EVA703", severity=Severity.NOTE)
SLOW = tuple(2.3 * 0.995**step for step in range(100))
STUCK = (2.3,) * 300
WARNING = replace(sample.TRAIN_MODE, severity=Severity.WARNING)


@pytest.mark.parametrize(
    ("result", "headline"),
    [
        (
            sample.repeated(),
            "no finding in mnist_cnn.py (12 updates, 117 of 120 statements reached); one batch was learnt.",
        ),
        (
            sample.repeated(replace(sample.OVERFIT, losses=SLOW, accuracy=())),
            "no finding in mnist_cnn.py (12 updates, 117 of 120 statements reached); one batch was still being learnt "
            "after 99 steps.",
        ),
        (
            sample.repeated(replace(sample.OVERFIT, losses=STUCK, accuracy=()), findings=(WARNING,), verdict="warn"),
            "1 warning in mnist_cnn.py; one batch could not be learnt.",
        ),
        (
            sample.repeated(replace(sample.OVERFIT, outcome="skipped", losses=())),
            "no finding in mnist_cnn.py (12 updates, 117 of 120 statements reached).",
        ),
        (sample.result(), "2 errors in mnist_cnn.py."),
        (sample.result(findings=(sample.STALE, WARNING, NOTE)), "1 error, 1 warning and 1 note in mnist_cnn.py."),
        (
            sample.clean(),
            "no finding in mnist_cnn.py (12 updates, 117 of 120 statements reached).",
        ),
        (
            sample.result(findings=(NOTE,), verdict="pass", evidence=Evidence()),
            "no error and no warning in mnist_cnn.py (0 updates).",
        ),
        (sample.crashed(), "mnist_cnn.py raised ValueError at mnist_cnn.py:41 after 12 updates."),
        (
            sample.result(verdict="inconclusive", findings=(), evidence=Evidence(), reason="It never trained."),
            "nothing could be judged in mnist_cnn.py.",
        ),
        (
            sample.result(verdict="inconclusive", findings=(), reason="The script had not ended after 120 s."),
            "no verdict on mnist_cnn.py after 12 updates.",
        ),
        (
            sample.result(verdict="pass", findings=(), evidence=Evidence(), suppressed=3),
            "no finding besides the 3 hidden in mnist_cnn.py (0 updates).",
        ),
        (
            sample.result(exit_status=130, verdict="inconclusive", findings=()),
            "mnist_cnn.py was stopped after 12 updates; this is what was gathered.",
        ),
        (
            sample.result(target=Target("-m pkg.train", (), "/tmp")),
            "2 errors in -m pkg.train.",
        ),
    ],
)
def test_the_headline_says_it_in_words(result: RehearsalResult, headline: str) -> None:
    assert view.build(result).headline == headline


def test_loops_come_from_the_outside_in() -> None:
    assert [loop.kind for loop in view.build(sample.result()).loops] == ["epoch", "training", "evaluation"]
    odd = LoopRecord(Where("a.py", 1), "other", 1, 1, 1, False, False)
    assert view.build(sample.result(evidence=Evidence(loop=(odd,)))).loops == (odd,)


def test_the_batch_is_that_of_the_loader_where_there_is_one() -> None:
    card = TensorCard("x", (4, 2), "float32", "cpu")
    given = [
        BatchRecord(step, source, (card,)) for step in (0, 1) for source in ("model input", "loss target", "loader")
    ]
    assert view.build(sample.result(evidence=Evidence(batch=tuple(given)))).batch == (given[2],)
    without = tuple(record for record in given if record.source != "loader")
    assert view.build(sample.result(evidence=Evidence(batch=without))).batch == without[:2]


def test_the_first_loss_is_of_training_and_known_by_name() -> None:
    calls = (
        LossCall(0, "mse_loss", None, 9.0, training=False),
        LossCall(0, "backward", None, 3.0),
        LossCall(0, "cross_entropy", None, 2.0),
        LossCall(1, "cross_entropy", None, 1.0),
    )
    loss = view.build(sample.result(evidence=Evidence(loss=calls))).loss_at_start
    assert loss is not None
    assert (loss.function, loss.value) == ("cross_entropy", 2.0)


def test_a_parameter_says_why_it_is_not_trained() -> None:
    first, *_ = sample.parameters()
    told = {
        "frozen": replace(first, requires_grad=False),
        "in no optimiser": replace(first, optimisers=(), changed=False),
        "no gradient": replace(first, gradient_norms=(None, None)),
        "": replace(first, optimisers=()),  # updated by hand
    }
    rows = view.build(sample.result(evidence=Evidence(parameter=tuple(told.values())))).gradients
    assert [row.state for row in rows] == list(told)


def test_what_was_not_put_back_is_named() -> None:
    assert view.build(sample.clean()).overfit is None
    shown = view.build(sample.repeated()).overfit
    assert shown is not None
    assert (shown.verdict, shown.restored, shown.differing) == ("learnt", True, ())
    restores = (
        RestoreRecord("timing", False, ("a",)),
        RestoreRecord("overfit", True),
        RestoreRecord("overfit", False, ("b",)),
    )
    evidence = Evidence(overfit=(sample.OVERFIT,), restore=restores)
    shown = view.build(sample.repeated(evidence=evidence)).overfit
    assert shown is not None
    assert (shown.restored, shown.differing) == (False, ("b",))
    shown = view.build(sample.repeated(evidence=Evidence(overfit=(sample.OVERFIT,)))).overfit
    assert shown is not None
    assert shown.restored is None


def test_durations_are_those_of_the_last_run() -> None:
    phases = tuple(
        PhaseRecord(*each) for each in (("started", 0.0), ("training", 9.0), ("started", 0.0), ("ended", 2.0))
    )
    parts = view.build(sample.result(evidence=Evidence(phase=phases))).durations
    assert [(part.what.strip(), part.seconds) for part in parts] == [
        ("stage smoke", 7.42),
        ("before training", 2.0),
        ("whole rehearsal", 9.13),
    ]
