from dataclasses import replace

import pytest

from trialrun.checks.loss.batch_size_dependent_loss import BatchSizeDependentLoss
from trialrun.evidence import Evidence
from trialrun.evidence.batch_scale import NAME, summed_losses
from trialrun.evidence.experiments import Arm, ExperimentRecord
from trialrun.findings.finding import Severity

from .records import LOSS, OPTIMISER, findings, line

RECORD = ExperimentRecord(
    NAME,
    control=Arm("as it is", (48.0,), gradient_norm=20.0),
    variants=(Arm("first", (26.0,), gradient_norm=12.0), Arm("second", (22.0,), gradient_norm=11.0)),
    facts={"batch_size": 32, "last_batch_size": 28},
)
SUM = replace(LOSS, reduction="sum")


def test_losses_and_gradients_that_add_up_are_a_warning_at_the_loss() -> None:
    (finding,) = findings(BatchSizeDependentLoss, experiment=(RECORD,), loss=(SUM,), optimiser=(OPTIMISER,))
    assert finding.severity is Severity.WARNING
    assert finding.where is not None and finding.where.line == 39
    assert "48 on a batch of 32, 26 and 22 on its halves (gradient norm 20; 12 and 11)" in finding.message
    assert finding.verified is not None


def test_the_place_is_that_of_the_training_not_of_a_sum_that_was_looked_at_before_it() -> None:
    looked_at = replace(SUM, function="backward", reduction=None, where=line(12))
    calls = (looked_at, SUM, replace(SUM, step=1))
    (finding,) = findings(BatchSizeDependentLoss, experiment=(RECORD,), loss=calls, optimiser=(OPTIMISER,))
    assert finding.where is not None and finding.where.line == 39


def arms(losses: tuple[float, float], norms: tuple[float, float]) -> ExperimentRecord:
    pairs = zip(losses, norms, strict=True)
    return replace(RECORD, variants=tuple(Arm("half", (loss,), gradient_norm=norm) for loss, norm in pairs))


@pytest.mark.parametrize(
    "record",
    [
        arms((52.0, 44.0), (24.0, 22.0)),  # means
        arms((26.0, 22.0), (20.0, 20.0)),  # a sum whose gradient is divided or clipped afterwards
        arms((float("nan"), 22.0), (12.0, 11.0)),
        arms((26.0, 22.0), (0.0, 20.0)),
        replace(RECORD, outcome="skipped"),
    ],
    ids=["means", "scaled gradient", "not finite", "no gradient", "skipped"],
)
def test_silence(record: ExperimentRecord) -> None:
    assert not findings(BatchSizeDependentLoss, experiment=(record,), loss=(SUM,), optimiser=(OPTIMISER,))


def test_many_losses_of_one_backward_may_be_those_of_its_samples() -> None:
    mean = replace(LOSS, reduction="mean")
    assert summed_losses(Evidence(loss=(replace(mean, terms=32),)))
    assert not summed_losses(Evidence(loss=(mean, replace(mean, terms=3))))
