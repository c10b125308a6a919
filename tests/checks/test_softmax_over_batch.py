from dataclasses import replace

import pytest

from trialrun.checks.model.softmax_over_batch import SoftmaxOverBatch
from trialrun.evidence.experiments import Arm, ExperimentRecord
from trialrun.evidence.softmaxes import SoftmaxUse
from trialrun.findings.finding import Severity, Verified

from .records import LOSS, findings, line, updates

STRAIGHT = SoftmaxUse(
    where=line(15, "forward"),
    function="log_softmax",
    shape=(32, 10),
    axis=0,
    uses=6,
    single_uses=0,
    loss="nll_loss",
    loss_where=line(39),
    loss_shape=(32, 10),
    target_shape=(32,),
    over_samples=6,
    biased=6,
)
BETWEEN = SoftmaxUse(line(15), "softmax", (32, 7, 1), 0, uses=4, single_uses=0, batch_axis=4, batch_sizes=(16, 32))


def test_with_another_loss_it_is_only_a_warning() -> None:
    one, two = replace(LOSS, where=line(39)), replace(LOSS, where=line(40))

    (alone,) = findings(SoftmaxOverBatch, update=updates(), softmax=(STRAIGHT,), loss=(one,))
    (beside,) = findings(SoftmaxOverBatch, update=updates(), softmax=(STRAIGHT,), loss=(one, two))

    assert (alone.severity, beside.severity) == (Severity.ERROR, Severity.WARNING)


def test_scores_that_may_be_of_proxies_are_a_warning() -> None:
    proxies = replace(STRAIGHT, biased=0)
    squared = replace(proxies, loss="mse_loss")

    (warned,) = findings(SoftmaxOverBatch, update=updates(), softmax=(proxies,), loss=(LOSS,))
    (sure,) = findings(SoftmaxOverBatch, update=updates(), softmax=(squared,), loss=(LOSS,))

    assert (warned.severity, sure.severity) == (Severity.WARNING, Severity.ERROR)
    assert "proxies" in warned.message


@pytest.mark.parametrize("change", [{"pairing": 6}, {"over_samples": 3}])
def test_targets_that_number_samples_and_odd_batches_are_silent(change: dict[str, int]) -> None:
    assert findings(SoftmaxOverBatch, update=updates(), softmax=(replace(STRAIGHT, **change),), loss=(LOSS,)) == []


def test_an_axis_as_long_as_every_batch_is_a_warning() -> None:
    (finding,) = findings(SoftmaxOverBatch, update=updates(), softmax=(BETWEEN,))

    assert finding.severity is Severity.WARNING
    assert "(16, 32)" in finding.message


@pytest.mark.parametrize("change", [{"shape": (32, 1)}, {"batch_axis": 3}, {"uses": 1, "batch_axis": 1}])
def test_weights_of_samples_and_chance_are_silent(change: dict[str, object]) -> None:
    assert findings(SoftmaxOverBatch, update=updates(), softmax=(replace(BETWEEN, **change),)) == []


def test_what_the_loss_does_with_a_softmax_over_classes_is_told() -> None:
    record = ExperimentRecord(
        "softmax over classes",
        control=Arm("as it is", (2.0, *(1.5,) * 9)),
        variants=(Arm("the softmax over the classes", (2.0, *(0.1,) * 9)),),
        floor=0.0,
    )
    (finding,) = findings(SoftmaxOverBatch, update=updates(), softmax=(STRAIGHT,), loss=(LOSS,), experiment=(record,))

    assert finding.verified == Verified("the softmax over the classes", "loss 2 -> 0.1 in 9 steps (now: 2 -> 1.5)")
