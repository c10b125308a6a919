"""Every lesson is rehearsed and clean, and each mistake that it can make is named, at its line and by its cause."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.examples.lessons import FOLDER, ROOT, Mistake, broken, mistakes, programs, question, title
from tests.rehearsed import found, rehearse, stages_for
from trialrun.target.supervise import Supervisor

LESSONS = [program for program in programs() if title(program) != "mnist_cnn"]  # which has a test of its own
PAGES = ROOT / "docs" / "lessons"
LONGEST = 150  # lines of a lesson


def soonest(mistake: Mistake) -> tuple[int, bool]:
    """By the stages it takes; a crash in a loop that is cut is believed after a run of all of it only."""
    return len(stages_for(mistake.code)), mistake.code.startswith("CRX")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Of each lesson's mistakes the one that shows soonest; all with ``--every``."""
    if "mistake" in metafunc.fixturenames:
        every = metafunc.config.getoption("--every")
        by_lesson = [sorted(mistakes(lesson), key=soonest) for lesson in LESSONS]
        shown = [mistake for found in by_lesson for mistake in (found if every else found[:1])]
        metafunc.parametrize("mistake", shown, ids=lambda mistake: f"{title(mistake.lesson)}-{mistake.name}")


@pytest.mark.parametrize("lesson", LESSONS, ids=title)
def test_it_is_clean(
    lesson: Path,
    supervisor: Supervisor,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    pytestconfig: pytest.Config,
) -> None:
    monkeypatch.chdir(tmp_path)
    stages = ("smoke", "overfit", "probe") if pytestconfig.getoption("--every") else ("smoke",)
    report, status, output = rehearse(supervisor, lesson, tmp_path / "run", stages)
    assert found(report) == [], output
    assert (report["verdict"], status) == ("pass", 0), output
    assert any(stage["steps"] for stage in report["stages"]), "nothing was looked at"
    assert [path.name for path in tmp_path.iterdir()] == ["run"], "a rehearsal writes to its run folder alone"


def test_its_mistake_is_named_at_its_line(
    mistake: Mistake, supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    report, status, output = rehearse(
        supervisor, mistake.lesson, tmp_path / "run", stages_for(mistake.code), ("--broken", mistake.name)
    )
    named = found(report, {mistake.code})
    assert [(code, line) for code, _, line in named] == [(mistake.code, mistake.line)], output
    told = [finding for finding in report["findings"] if finding["code"] == mistake.code]
    assert [Path(finding["where"]["file"]).name for finding in told] == [mistake.file.name]
    severities = {symptom["severity"] for finding in told for symptom in finding["folded"]} | {named[0][1]}
    wanted = 3 if report["verdict"] == "crash" else int("error" in severities)
    assert status == wanted, output


@pytest.mark.parametrize("lesson", LESSONS, ids=title)
def test_it_is_one_question_and_short(lesson: Path) -> None:
    assert question(lesson).endswith("?")
    if lesson.parent == FOLDER:
        assert 40 <= len(lesson.read_text(encoding="utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("lesson", LESSONS, ids=title)
def test_each_of_its_mistakes_has_a_line_and_the_other_way_round(lesson: Path) -> None:
    assert broken(lesson), "a lesson shows what people do wrong"
    assert sorted(mistake.name for mistake in mistakes(lesson)) == sorted(broken(lesson))


@pytest.mark.parametrize("lesson", LESSONS, ids=title)
def test_it_has_a_page_in_both_languages_with_what_it_printed_and_its_plots(lesson: Path) -> None:
    outputs = []
    for suffix in (".md", ".zh-CN.md"):
        text = (PAGES / (title(lesson) + suffix)).read_text(encoding="utf-8")
        _, start, rest = text.partition("<!-- output -->\n")
        printed, end, _ = rest.partition("<!-- end of output -->")
        assert start and end and printed.startswith("```text\n") and printed.count("\n") > 3
        outputs.append(printed)
        plots = [PAGES / "images" / f"{title(lesson)}.png"]
        assert plots[0].exists() and f"images/{plots[0].name}" in text
        assert all(name in text for name in broken(lesson)), "the page tells of each mistake"
        if suffix == ".md":
            assert text.splitlines()[0] == f"# {question(lesson)}"
    assert outputs[0] == outputs[1]


def test_the_index_names_every_lesson_in_both_languages() -> None:
    for index, suffix in (("README.md", ".md"), ("README.zh-CN.md", ".zh-CN.md")):
        text = (PAGES / index).read_text(encoding="utf-8")
        assert not [title(lesson) for lesson in LESSONS if f"({title(lesson)}{suffix})" not in text]
