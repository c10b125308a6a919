"""The run folder: fresh, findable, never mixed with an earlier run."""

from __future__ import annotations

from pathlib import Path

import pytest

from trialrun.errors import UsageError
from trialrun.rehearsal import run_folder, saved


def test_each_run_has_a_folder_of_its_own_and_latest_points_to_the_newest(tmp_path: Path) -> None:
    first, second = (run_folder.create(None, "train v1", tmp_path) for _ in range(2))
    assert first != second
    assert first.name.endswith("-train_v1")
    assert (tmp_path / ".trialrun" / "latest").resolve() == second.resolve()
    assert (tmp_path / ".trialrun" / ".gitignore").read_text() == "*\n"


def test_where_links_are_not_to_be_had_latest_is_a_text_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("a privilege is needed")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    folder = run_folder.create(None, "train", tmp_path)
    latest = tmp_path / ".trialrun" / "latest"
    assert latest.read_text() == f"{folder.name}\n"
    with pytest.raises(UsageError, match=folder.name):  # found, and found to hold no run
        saved.load(latest)


def test_a_named_folder_holds_one_run_only(tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "scratch.2" / "deep").mkdir(parents=True)
    for name in ("evidence.jsonl", "evidence.jsonl.2", "report.json", "mine.txt"):
        (out / name).write_text("old")
    assert run_folder.create(out, "train", tmp_path) == out
    assert sorted(path.name for path in out.iterdir()) == ["mine.txt"]


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=r"file/run cannot be written.*--out DIR"):
        run_folder.create(tmp_path / "file" / "run", "train", tmp_path)
