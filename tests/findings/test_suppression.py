"""Comments that silence a finding."""

from __future__ import annotations

import pytest

from trialrun.findings.finding import Finding, Location, Severity
from trialrun.findings.selection import matches, unknown_comments
from trialrun.findings.suppression import is_silenced


def silenced(text: str | None, line: int, code: str = "GRD401") -> bool:
    finding = Finding(code, "stale-gradient", Severity.ERROR, "", "", Location("t.py", line))
    return is_silenced(finding, lambda file: text, matches)


@pytest.mark.parametrize(
    "comment",
    [
        "# trialrun: ignore[GRD401] gradients are summed on purpose",
        "#trialrun:ignore[GRD401]",
        "# trialrun: ignore[DAT101, GRD401]",
        "# trialrun: ignore[stale-gradient]",
        "# trialrun: ignore[GRD]",
        "# type: ignore  # trialrun: ignore[GRD401]",
    ],
)
def test_a_comment_on_the_line_silences_it(comment: str) -> None:
    assert silenced(f"a = 1\nopt.step()  {comment}\n", 2)


@pytest.mark.parametrize(
    "comment", ["# trialrun: ignore", "# trialrun: ignore[]", "# trialrun: ignore[DAT101]", "# noqa"]
)
def test_a_comment_that_does_not_name_the_code_does_not(comment: str) -> None:
    assert not silenced(f"a = 1\nopt.step()  {comment}\n", 2)


def test_other_lines_do_not_count() -> None:
    text = "a = 1  # trialrun: ignore[GRD401]\nopt.step()\nb = 2  # trialrun: ignore[GRD401]\n"
    assert not silenced(text, 2)


@pytest.mark.parametrize("line", [1, 2, 3])
def test_any_line_of_a_statement_may_carry_it(line: int) -> None:
    assert silenced("train(\n    model,\n)  # trialrun: ignore[GRD401] see the paper\n", line)


def test_a_comment_in_a_loop_does_not_silence_the_whole_loop() -> None:
    text = "for x in y:\n    a(x)  # trialrun: ignore[GRD401]\n    opt.step()\n"
    assert not silenced(text, 1)
    assert not silenced(text, 3)


def test_nothing_is_silenced_where_there_is_no_source() -> None:
    assert not silenced(None, 1)
    assert not silenced("", 1)


def test_a_line_of_a_file_that_does_not_parse_still_has_its_comment() -> None:
    assert silenced("def broken(:\nopt.step()  # trialrun: ignore[GRD401]\n", 2)


def test_a_comment_that_names_no_check_is_told_with_the_nearest() -> None:
    known = {"GRD401": "stale-gradient", "DAT101": "nonfinite-input"}
    text = "a = 1  # trialrun: ignore[GRD]\nb = 2  # trialrun: ignore[GRD404, stale-gradint]\n# trialrun: ignore[]\n"
    told = unknown_comments({"t.py": text}, known)
    assert [sentence.split(" silences")[0] for sentence in told] == [
        "t.py:2: ignore[GRD404]",
        "t.py:2: ignore[stale-gradint]",
    ]
    assert told[0].endswith("Did you mean GRD401 (stale-gradient)?")
    assert told[1].endswith("Did you mean GRD401 (stale-gradient)?")
