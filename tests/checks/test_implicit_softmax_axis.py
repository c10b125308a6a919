from dataclasses import replace

import pytest

from trialrun.checks.loss.implicit_softmax_axis import ImplicitSoftmaxAxis
from trialrun.evidence.program import WarningRecord
from trialrun.findings.finding import Severity

from .records import findings, line, updates

TEXT = "Implicit dimension choice for log_softmax has been deprecated. Change the call to include dim=X as an argument."
WARNED = WarningRecord("UserWarning", TEXT, line(20), 1, 3)


@pytest.mark.parametrize(
    ("axes", "severity"),
    [(1, Severity.NOTE), (2, Severity.NOTE), (3, Severity.WARNING), (4, Severity.NOTE), (None, Severity.WARNING)],
)
def test_only_a_guess_of_the_samples_is_a_warning(axes: int | None, severity: Severity) -> None:
    (finding,) = findings(ImplicitSoftmaxAxis, update=updates(), warning=(replace(WARNED, dimensions=axes),))
    assert finding.severity is severity


def test_a_place_is_told_once_and_names_what_was_guessed() -> None:
    (finding,) = findings(
        ImplicitSoftmaxAxis, update=updates(), warning=(WARNED, replace(WARNED, category="DeprecationWarning"))
    )
    assert "log_softmax has no dim and got an input of 3 axes: PyTorch runs it over axis 0" in finding.message


def test_other_warnings_are_left_to_the_report() -> None:
    assert (
        findings(ImplicitSoftmaxAxis, update=updates(), warning=(WarningRecord("UserWarning", "careful", line(3)),))
        == []
    )
