"""Which report goes where."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
import sample

from trialrun.errors import UsageError
from trialrun.report import output, view


@pytest.mark.parametrize(
    ("formats", "file", "terminal", "stdout", "saved"),
    [
        ((), None, True, False, False),
        ((), "r.json", True, False, True),
        ((), "-", False, True, False),
        (("terminal",), None, True, False, False),
        (("terminal",), "-", True, True, False),
        (("json",), None, False, True, False),
        (("json",), "r.json", False, False, True),
        (("json", "terminal"), None, True, True, False),
        (("json", "terminal"), "r.json", True, False, True),
    ],
)
def test_destinations(
    formats: tuple[str, ...],
    file: str | None,
    terminal: bool,
    stdout: bool,
    saved: bool,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    wanted = output.destinations(formats, file)
    assert (wanted.terminal, wanted.json_to_stdout, wanted.json_file is not None) == (terminal, stdout, saved)


def test_json_on_stdout_is_alone_there(capsys: pytest.CaptureFixture[str]) -> None:
    output.emit(view.build(sample.result()), output.destinations((), "-"))
    captured = capsys.readouterr()
    assert json.loads(captured.out)["verdict"] == "fail"
    assert captured.err == ""


def test_the_terminal_report_makes_way_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    output.emit(view.build(sample.result()), output.destinations(("terminal", "json"), None))
    captured = capsys.readouterr()
    assert json.loads(captured.out)["verdict"] == "fail"
    assert captured.err.startswith("Fail: 2 errors")


def test_json_in_a_file_beside_the_terminal_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "r.json"
    output.emit(view.build(sample.result()), output.destinations((), str(path)))
    assert json.loads(path.read_text())["verdict"] == "fail"
    assert capsys.readouterr().out.startswith("Fail: 2 errors")


def test_a_file_that_cannot_be_written_is_refused_beforehand(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder"):
        output.destinations((), str(tmp_path))
    with pytest.raises(UsageError, match="there is no folder"):
        output.destinations((), str(tmp_path / "gone" / "r.json"))


def test_a_file_that_can_no_longer_be_written_is_told_with_the_other_copy(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    wanted = output.destinations(("json",), str(folder / "r.json"))
    folder.rmdir()
    with pytest.raises(UsageError, match=r"could not be written .* see .*mnist_cnn/report\.json"):
        output.emit(view.build(sample.result()), wanted)


def test_a_pipe_is_written_in_place(tmp_path: Path) -> None:
    output.emit(view.build(sample.result()), output.destinations(("json",), "/dev/null"))
    assert not Path("/dev/null").is_file()


def test_no_color_is_kept_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert output.console_on(io.StringIO(), color=False).color_system is None
    monkeypatch.setenv("NO_COLOR", "1")
    assert output.console_on(io.StringIO()).color_system is None
    monkeypatch.delenv("NO_COLOR")
    assert output.console_on(io.StringIO()).color_system is not None
