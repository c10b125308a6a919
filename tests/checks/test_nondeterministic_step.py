import pytest

from trialrun.checks.reproducibility.nondeterministic_step import NondeterministicStep
from trialrun.evidence import same_again as names
from trialrun.evidence.experiments import ExperimentRecord
from trialrun.evidence.repeats import OverfitRecord
from trialrun.findings.finding import Finding

from .records import findings, line

RAN = OverfitRecord("ran")
PARTED = ExperimentRecord(
    names.NAME,
    where=line(3),
    facts={names.RUNS: 2.0, names.DIFFERING: 2.0, names.LEARNED: 6.0},
    words={names.OPERATION: "from_numpy"},
)


def found(third_line: str, record: ExperimentRecord = PARTED, overfit: OverfitRecord = RAN) -> list[Finding]:
    source = {"train.py": f"import os, time\nbegun = time.time()\n{third_line}\n"}
    return findings(NondeterministicStep, overfit=(overfit,), experiment=(record,), source=source)


@pytest.mark.parametrize(
    "text",
    ["x = read(os.urandom(32))", "x = default_rng().normal()", "x = full(time.perf_counter())", "torch.seed(); x = y"],
)
def test_a_source_that_no_run_can_repeat_is_named(text: str) -> None:
    (finding,) = found(text)

    assert finding.measured["source_line"] == 3
    assert "2 of 6 tensors" in finding.message


@pytest.mark.parametrize("text", ["x = drift.tick()", "x = default_rng(0).normal()", "import secrets"])
def test_state_that_cannot_be_put_back_is_silent(text: str) -> None:
    assert found(text) == []


def test_a_window_that_is_not_frozen_is_judged_by_the_line_that_drew() -> None:
    skipped = OverfitRecord("skipped", names.OTHER_WEIGHTS, drawn_at=line(3))
    other = OverfitRecord("skipped", "Not frozen: the inputs changed with the weights", drawn_at=line(3))

    assert len(found("x = os.urandom(3)", overfit=skipped)) == 1
    same = ExperimentRecord(names.NAME, facts={names.RUNS: 2.0, names.DIFFERING: 0.0, names.LEARNED: 6.0})
    assert found("x = os.urandom(3)", same, other) == []
