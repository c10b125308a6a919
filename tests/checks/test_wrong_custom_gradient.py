from dataclasses import replace

import pytest

from trialrun.checks.gradient.wrong_custom_gradient import WrongCustomGradient
from trialrun.evidence.custom_gradients import CustomGradient, Probe, ProbedInput
from trialrun.evidence.program import CoverageRecord

from .records import findings, line

TRUE = ((0, 1.0), (0, -2.0), (0, 0.5), (1, 3.0), (1, -1.0), (1, 0.25))
FILES = CoverageRecord(1, 1, files=(line(1).file,))


def given(*analytic: float) -> ProbedInput:
    return ProbedInput("x", (3,), tuple(Probe(k, a, n) for a, (k, n) in zip(analytic, TRUE, strict=True)))


def codes(*inputs: ProbedInput, seen: CoverageRecord = FILES) -> list[str]:
    record = CustomGradient("Swish", line(9), inputs)
    return [f.code for f in findings(WrongCustomGradient, custom_gradient=(record,), coverage=(seen,))]


WRONG = given(2.0, -1.0, 0.9, 1.0, 4.0, 0.25)


@pytest.mark.parametrize(
    "meant",
    [
        given(1.0, -2.0, 0.5, 3.0, -1.0, 0.25),
        given(1.01, -2.01, 0.5, 3.03, -1.01, 0.25),  # an approximation
        given(-1.0, 2.0, -0.5, -3.0, 1.0, -0.25),  # reversed
        given(5.0, -10.0, 2.5, 3.0, -1.0, 0.25),  # scaled by norm: a factor for each incoming gradient
        given(0.1, -0.1, 0.1, 0.1, -0.1, 0.1),  # clipped
        given(1.0, 0.0, 0.5, 0.0, 0.0, 0.25),  # masked
        given(0.0, 0.0, 0.0, 0.0, 0.0, 0.0),  # stopped
    ],
)
def test_right_gradients_and_those_meant_to_differ_get_nothing(meant: ProbedInput) -> None:
    assert codes(meant) == []
    assert codes(meant, WRONG) == ["GRD412"]


def test_a_gradient_where_there_is_none_shows_a_surrogate_and_clears_the_other_inputs() -> None:
    surrogate = replace(WRONG, probes=(Probe(0, 1.0, 0.0), *WRONG.probes[1:]))
    assert codes(WRONG, surrogate) == []


def test_few_probes_and_files_of_others_are_not_judged() -> None:
    assert codes(replace(WRONG, probes=WRONG.probes[:5])) == []
    assert codes(WRONG, seen=CoverageRecord(1, 1, files=("other.py",))) == []
