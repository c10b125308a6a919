"""The report of a run, from what lies in its folder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from trialrun.errors import UsageError
from trialrun.evidence import RecordWriter
from trialrun.evidence.model import UpdateRecord
from trialrun.evidence.place import Where
from trialrun.evidence.program import CrashRecord, PhaseRecord
from trialrun.evidence.records import Record
from trialrun.evidence.repeats import OverfitRecord
from trialrun.evidence.tensors import BatchRecord, TensorCard
from trialrun.findings.result import Target
from trialrun.rehearsal import saved
from trialrun.report import json_report

HERE = Where("t.py", 3)
BATCH = BatchRecord(0, "loader", (TensorCard("[0]", (4, 2), "float32", "cpu", minimum=0.0, maximum=1.0),), 4, HERE)
UPDATES = [UpdateRecord(step, 0, HERE, (0.1,), 2.0, 1.0, 0.1, 2) for step in range(3)]
CRASH = CrashRecord("ValueError", "no", "Traceback ...\nValueError: no", steps=3)


def killed(folder: Path, records: Sequence[Record], more: bytes = b"") -> Path:
    """A folder as a killed run leaves it."""
    with (folder / "evidence.jsonl").open("wb") as file:
        writer = RecordWriter(file.fileno())
        for record in records:
            writer.write(record)
        os.write(file.fileno(), more)
    return folder


def test_a_killed_run_is_judged_from_what_it_wrote_down(tmp_path: Path) -> None:
    saved.remember(tmp_path, Target("train.py", ("--lr", "1"), "/home/you"))
    shown = saved.load(killed(tmp_path, [PhaseRecord("started", 0.0), BATCH, *UPDATES], b'{"record": "upd'))
    assert (shown.verdict, shown.exit_status) == ("inconclusive", 5)
    assert shown.reason is not None
    assert "killed or is still running" in shown.reason
    assert shown.target == Target("train.py", ("--lr", "1"), "/home/you")
    assert shown.stages[0].steps == 3
    assert shown.batch == (BATCH,)


def test_a_killed_run_of_which_not_even_the_name_was_written(tmp_path: Path) -> None:
    assert saved.load(killed(tmp_path, [])).headline == "nothing could be judged in an unknown script."


def test_a_crash_of_a_killed_run_is_believed_only_without_a_cut_before_it(tmp_path: Path) -> None:
    shown = saved.load(killed(tmp_path, [*UPDATES, CRASH]))
    assert (shown.verdict, shown.exit_status) == ("crash", 3)
    after_cut = CrashRecord("IndexError", "no", "", after_cut=True)
    assert saved.load(killed(tmp_path, [*UPDATES, after_cut])).verdict == "inconclusive"


def test_a_killed_run_tells_what_became_of_its_batch(tmp_path: Path) -> None:
    record = OverfitRecord("ran", where=HERE, losses=(2.3, 1.0, 0.01), floor=0.0, seconds=0.5)
    shown = saved.load(killed(tmp_path, [*UPDATES, record]))
    assert [(stage.name, stage.outcome, stage.steps) for stage in shown.stages] == [
        ("smoke", "skipped", 3),
        ("overfit", "passed", 2),
    ]
    assert shown.overfit is not None
    assert shown.overfit.verdict == "learnt"


def test_a_finished_run_is_read_from_its_report(tmp_path: Path) -> None:
    first = saved.load(killed(tmp_path, [BATCH, *UPDATES]))
    json_report.write_view(first, tmp_path / "report.json")
    (tmp_path / "evidence.jsonl").unlink()
    assert saved.load(tmp_path) == first


def test_latest_may_be_a_file_with_the_name_of_the_folder(tmp_path: Path) -> None:
    run = tmp_path / "20260101-train"
    run.mkdir()
    killed(run, UPDATES)
    (tmp_path / "latest").write_text("20260101-train\n")
    assert saved.load(tmp_path / "latest").run_dir == run


def test_what_is_no_run_folder_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="gone: there is no such run folder"):
        saved.load(tmp_path / "gone")
    with pytest.raises(UsageError, match="holds neither a report"):
        saved.load(tmp_path)
