import math
from dataclasses import replace

from trialrun.checks.gradient.nonfinite_gradient import NonfiniteGradient
from trialrun.checks.loss.nonfinite_loss import NonfiniteLoss
from trialrun.checks.registry import judge
from trialrun.evidence import Evidence
from trialrun.evidence.gradients import BrokenGradient
from trialrun.evidence.model import UpdateRecord
from trialrun.findings.causes import folded
from trialrun.findings.finding import Finding, Severity

from .records import BATCH, LOSS, NAN, TENSOR, UPDATE, findings, line

BROKEN = BrokenGradient(
    step=0,
    optimiser=0,
    where=line(40),
    parameter="encoder.weight",
    root="Net",
    kind="nan",
    share=0.5,
    parameters=2,
    held=4,
    operation="sqrt",
    operation_where=line(22),
    point="0",
    elements=3,
)
RUIN: tuple[UpdateRecord, ...] = (
    replace(UPDATE, gradient_norm=math.nan, nonfinite_parameters=2),
    replace(UPDATE, step=1, loss=math.nan, gradient_norm=math.nan, nonfinite_before=2),
)


def judged(**changes: object) -> list[Finding]:
    evidence: dict[str, object] = {"update": RUIN, "broken_gradient": (BROKEN,), "loss": (LOSS,), **changes}
    return findings(NonfiniteGradient, **evidence)


def test_finite_loss_that_ruined_the_weights_is_an_error_at_the_singular_operation() -> None:
    (finding,) = judged()

    assert finding.severity is Severity.ERROR
    assert str(finding.where) == "train.py:22"
    assert "2 of 4 gradients" in finding.message
    assert "Net.encoder.weight" in finding.message
    assert "3 elements at 0" in finding.message
    assert "sqrt(x + 1e-8)" in finding.fix


def test_nan_that_was_masked_in_the_loss_is_named_first() -> None:
    (finding,) = judged(nonfinite=(replace(NAN, where=line(15)),))

    assert str(finding.where) == "train.py:15"
    assert "masked in the loss" in finding.message


def test_without_a_known_operation_the_backward_is_the_place() -> None:
    (finding,) = judged(broken_gradient=(replace(BROKEN, operation="", operation_where=None),))

    assert str(finding.where) == "train.py:40"
    assert "set_detect_anomaly" in finding.fix


def test_step_that_was_undone_or_did_no_harm_is_silent() -> None:
    assert judged(update=(RUIN[0], replace(UPDATE, step=1))) == []
    assert judged(update=(UPDATE, replace(UPDATE, step=1))) == []


def test_nonfinite_loss_and_nonfinite_batch_are_told_by_their_own_checks() -> None:
    assert judged(update=(replace(RUIN[0], loss=math.nan), RUIN[1])) == []
    assert judged(batch=(replace(BATCH, tensors=(replace(TENSOR, nonfinite_count=1),)),)) == []


def test_the_loss_that_breaks_after_it_is_told_with_it() -> None:
    later = replace(LOSS, step=1, value=math.nan)
    evidence = Evidence(update=RUIN, broken_gradient=(BROKEN,), loss=(LOSS, later))
    found, _ = judge(evidence, [NonfiniteGradient(), NonfiniteLoss()])

    (finding,) = folded(found)
    assert (finding.code, finding.explains) == ("GRD406", ("LOS306",))


def test_weights_that_leave_the_later_losses_finite_are_a_warning_and_masked_losses_an_error() -> None:
    apart = (RUIN[0], *(replace(UPDATE, step=step, loss=0.9, nonfinite_before=2) for step in (1, 2)))
    masked = (RUIN[0], *(replace(UPDATE, step=step, loss=0.0, nonfinite_before=2) for step in (1, 2)))

    assert [finding.severity for finding in judged(update=apart)] == [Severity.WARNING]
    assert [finding.severity for finding in judged(update=masked)] == [Severity.ERROR]
