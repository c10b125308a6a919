from dataclasses import replace

import pytest

from trialrun.checks.reproducibility.batch_variant_output import BatchVariantOutput
from trialrun.evidence import Evidence, sample_replaced
from trialrun.evidence import batch_size as names
from trialrun.evidence.experiments import ExperimentRecord
from trialrun.findings.finding import Severity

from .records import findings, line

BY_SIZE = ExperimentRecord(
    names.NAME,
    where=line(33),
    facts={
        names.SAMPLES: 50.0,
        names.PROBED: 4.0,
        names.BEYOND: 1.0,
        names.SIZE: 50.0,
        names.ULP: 15_230_620.3,
        names.ERROR_ALONE: 1.55e-7,
        names.ERROR: 0.978,
        names.FLIPS: 2.0,
        names.IN_FLOAT64: 0.983,
        names.ulp_of(2): 6_895_462.0,
        names.ulp_of(50): 15_230_620.3,
    },
    words={names.MODEL: "Net", names.DTYPE: "fp32", names.OUTPUT: "0", names.BY: names.BATCH_SIZE},
)


def test_the_size_in_the_arithmetic_is_a_note_with_every_number() -> None:
    (finding,) = findings(BatchVariantOutput, experiment=(BY_SIZE,))

    assert (finding.severity, finding.where and finding.where.line) == (Severity.NOTE, 33)
    for part in ("batch of 50", "0.978", "1.55e-07", "2 rows", "the batch's size enters", "legitimate"):
        assert part in finding.message
    assert "trialrun numerics batch" in finding.fix and "x.shape[0]" in finding.fix
    assert finding.verified is not None and "in a batch of 2, " in finding.verified.result


@pytest.mark.parametrize(
    ("by", "change", "told", "fix"),
    [
        (names.POSITION, 0.5, "the place in the batch enters", "row's number"),
        (names.PRECISION, 1e-16, "In float64 both agree", "float32"),
    ],
)
def test_what_it_comes_from_gives_the_cause_and_the_fix(by: str, change: float, told: str, fix: str) -> None:
    record = replace(
        BY_SIZE,
        facts={**BY_SIZE.facts, names.IN_FLOAT64: change, names.FLIPS: 0.0},
        words={**BY_SIZE.words, names.BY: by},
    )

    (finding,) = findings(BatchVariantOutput, experiment=(record,))

    assert told in finding.message and fix in finding.fix
    assert "largest number of" not in finding.message


def test_rounding_is_silent() -> None:
    rounding = replace(BY_SIZE, facts={**BY_SIZE.facts, names.BEYOND: 0.0})

    assert findings(BatchVariantOutput, experiment=(rounding,)) == []


@pytest.mark.parametrize(
    ("records", "reason"),
    [
        ((), "was not run"),
        ((replace(BY_SIZE, outcome="skipped", reason="No float64."),), "No float64."),
        ((ExperimentRecord(sample_replaced.NAME, outcome="skipped", reason="One sample."),), "One sample."),
        ((ExperimentRecord(sample_replaced.NAME, facts={sample_replaced.MOVED: 3.0}),), "each other's values"),
        ((BY_SIZE,), ""),
    ],
)
def test_what_was_not_measured_is_said(records: tuple[ExperimentRecord, ...], reason: str) -> None:
    told = BatchVariantOutput().unjudged(Evidence(experiment=records))

    assert reason in told and bool(told) == bool(reason)
