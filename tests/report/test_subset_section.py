"""What a part of the data taught, in one sentence."""

from __future__ import annotations

import io
from dataclasses import replace

import sample
from rich.console import Console

from trialrun.evidence.place import Where
from trialrun.evidence.subset import EpochScore, SubsetRecord
from trialrun.report import json_report, terminal, view

AT = Where("mnist_cnn.py", 66, "train")
RECORD = SubsetRecord(
    kind="as it is",
    where=AT,
    evaluated_at=Where("mnist_cnn.py", 83, "evaluate"),
    metric="accuracy",
    share=0.1,
    samples=400,
    epochs=3,
    updates=30,
    scores=(EpochScore("training", 2, 400, 0.41, 0.9), EpochScore("evaluation", 3, 500, None, 0.874)),
    losses=(2.3, *[1.0] * 26, *[0.4] * 3),
    baselines={"majority": 0.112, "linear": 0.84},
    baseline_samples=500,
    classes=10,
    seconds=7.0,
)


def told(*records: SubsetRecord) -> str:
    result = sample.clean()
    result = replace(result, evidence=replace(result.evidence, subset=records))
    shown = view.build(result)
    assert json_report.to_view(json_report.from_view(shown)).subset == records
    text = io.StringIO()
    terminal.render_view(shown, Console(file=text, width=200))
    return text.getvalue()


def test_loss_score_and_simple_methods_stand_together() -> None:
    text = told(RECORD)
    assert "A part of the data (at mnist_cnn.py:66)" in text
    assert "10 % of the data (400 samples), 3 epochs, 30 updates: loss 2.30 -> 0.400, accuracy 0.874 on 500" in text
    assert "(majority 0.112, linear 0.840)" in text


def test_all_of_the_data_is_called_so_and_permuted_targets_too() -> None:
    text = told(replace(RECORD, share=1.0), replace(RECORD, kind="targets permuted", baselines={}))
    assert "All of the data (400 samples)" in text
    assert "with targets permuted: 10 % of the data" in text


def test_what_was_not_run_is_left_to_its_stage() -> None:
    assert "A part of the data" not in told(SubsetRecord("as it is", "skipped", "There was no time."))


def test_batches_drawn_without_end_have_no_epochs() -> None:
    told_of = [
        line for line in told(replace(RECORD, share=None, samples=0, epochs=1)).splitlines() if "updates:" in line
    ]
    assert [line.split(":")[0].strip() for line in told_of] == ["30 updates"]
