import math
from dataclasses import replace

from trialrun.checks.data.nonfinite_input import NonfiniteInput
from trialrun.checks.loss.nonfinite_loss import NonfiniteLoss
from trialrun.findings.finding import Finding, Severity

from .records import BATCH, LOSS, NAN, OPTIMISER, TENSOR, UPDATE, findings, line, updates

BROKEN = replace(LOSS, value=math.nan)
RUIN = (
    replace(UPDATE, loss=math.nan, gradient_norm=math.nan, nonfinite_parameters=4),
    *updates(3, loss=math.nan, gradient_norm=math.nan, nonfinite_before=4)[1:],
)


def test_finite_loss_is_silent_even_with_infinities_inside() -> None:
    assert findings(NonfiniteLoss, loss=(LOSS,), nonfinite=(replace(NAN, kind="inf"),), update=updates()) == []


def test_ruined_weights_are_an_error_at_the_first_operation() -> None:
    (finding,) = findings(NonfiniteLoss, loss=(BROKEN,), nonfinite=(NAN,), update=RUIN)

    assert finding.severity is Severity.ERROR
    assert str(finding.where) == "train.py:22"
    assert "`log` in module head in 25 % of its elements" in finding.message
    assert "[-1, 2]" in finding.message
    assert "left 4 parameters non-finite" in finding.message
    assert "log_softmax" in finding.fix


def test_the_advice_is_that_of_the_operation() -> None:
    for operation, advice in {"arccos": "within -1..1", "acosh": "before the first update", "sqrt": "root"}.items():
        origin = replace(NAN, operation=operation)
        (finding,) = findings(NonfiniteLoss, loss=(BROKEN,), nonfinite=(origin,), update=RUIN)
        assert advice in finding.fix


def test_a_lost_setting_of_a_sweep_is_a_warning_where_the_program_looks_for_it() -> None:
    sweep = (replace(OPTIMISER, id=1, changed=True), replace(OPTIMISER, changed=True))
    looks = {"train.py": "import math\nresult = loss if math.isfinite(loss) else None\n"}
    cases = {
        Severity.WARNING: {"optimiser": sweep, "source": looks},
        Severity.ERROR: {"optimiser": sweep, "source": {"train.py": "print(loss)\n"}},
    }
    for severity, records in cases.items():
        (finding,) = findings(NonfiniteLoss, loss=(BROKEN,), nonfinite=(NAN,), update=RUIN, **records)
        assert finding.severity is severity
    (finding,) = findings(NonfiniteLoss, loss=(BROKEN,), update=RUIN, optimiser=sweep[1:], source=looks)
    assert finding.severity is Severity.ERROR


def test_targets_that_the_loop_itself_made_infinite_are_told_at_the_operation() -> None:
    target = replace(BATCH, source="loss target", tensors=(replace(TENSOR, nonfinite_count=8),))
    log = replace(NAN, kind="inf")
    loop = (log, replace(log, step=1))
    (finding,) = findings(NonfiniteLoss, loss=(BROKEN,), batch=(target,), nonfinite=loop, update=RUIN)
    (batch,) = findings(NonfiniteInput, batch=(target,), nonfinite=loop, update=RUIN)

    assert str(finding.where) == "train.py:22"
    assert (batch.explains, batch.explained_by) == ((), ("LOS306",))
    assert findings(NonfiniteLoss, loss=(BROKEN,), batch=(target,), nonfinite=(log,), update=RUIN) == []
    item = replace(target, source="loader")
    assert findings(NonfiniteLoss, loss=(BROKEN,), batch=(item,), nonfinite=loop, update=RUIN) == []


def test_operation_that_made_nan_goes_before_a_mask_of_infinities() -> None:
    mask = replace(NAN, kind="inf", operation="masked_fill", where=line(5))
    (finding,) = findings(NonfiniteLoss, loss=(BROKEN,), nonfinite=(mask, NAN), update=RUIN)

    assert str(finding.where) == "train.py:22"


def test_losses_that_had_grown_a_millionfold_blame_the_rate_not_the_square_that_overflowed() -> None:
    square = replace(NAN, kind="inf", operation="pow", step=3)

    def told(*losses: float) -> Finding:
        ruin = replace(UPDATE, step=3, loss=math.inf, gradient_norm=math.inf, nonfinite_parameters=2)
        before = [replace(UPDATE, step=step, loss=loss) for step, loss in enumerate(losses)]
        call = replace(LOSS, value=math.inf, step=3)
        (finding,) = findings(NonfiniteLoss, loss=(call,), nonfinite=(square,), update=(*before, ruin))
        return finding

    assert "The losses before it had grown from 16: 16, 9e+04, 5e+12." in told(16.0, 9e4, 5e12).message
    assert told(16.0, 9e4, 5e12).fix.startswith("The updates overshoot")
    for others in ((16.0, 12.0, 9.0), (16.0, 9e4), (5e12, 16.0, 9e13), (0.0, 1.0, 2.0)):
        assert told(*others).fix.startswith("Bound the argument")


def test_without_a_known_operation_the_loss_is_the_place() -> None:
    (finding,) = findings(NonfiniteLoss, loss=(BROKEN,), update=RUIN)

    assert str(finding.where) == "train.py:39"


def test_skipped_step_is_a_warning() -> None:
    (finding,) = findings(NonfiniteLoss, loss=(BROKEN,), update=updates())

    assert finding.severity is Severity.WARNING
    assert "The weights stayed finite" in finding.message


def test_loss_that_was_never_backpropagated_is_silent() -> None:
    assert findings(NonfiniteLoss, loss=(replace(BROKEN, training=False),), update=updates()) == []


def test_finite_gradients_of_an_infinite_loss_are_no_error() -> None:
    (finding,) = findings(NonfiniteLoss, loss=(replace(LOSS, value=math.inf),), update=updates(loss=math.inf))

    assert finding.severity is Severity.WARNING


def test_nonfinite_batch_is_left_to_its_own_check() -> None:
    batch = replace(BATCH, tensors=(replace(TENSOR, nonfinite_count=1),))
    assert findings(NonfiniteLoss, loss=(BROKEN,), batch=(batch,), update=RUIN) == []


def test_finite_loss_with_ruined_weights_blames_the_gradients() -> None:
    ruin = (replace(UPDATE, nonfinite_parameters=1), replace(UPDATE, step=1, nonfinite_before=1))
    (finding,) = findings(NonfiniteLoss, loss=(LOSS,), update=ruin)

    assert finding.severity is Severity.ERROR
    assert "its gradients are not" in finding.message
    assert str(finding.where) == "train.py:41"


def test_weights_that_were_put_back_are_a_warning() -> None:
    (finding,) = findings(NonfiniteLoss, loss=(BROKEN,), nonfinite=(NAN,), update=(RUIN[0], *updates(3)[1:]))

    assert finding.severity is Severity.WARNING


def test_last_update_is_believed_when_loss_and_gradients_are_wild() -> None:
    (finding,) = findings(NonfiniteLoss, loss=(BROKEN,), update=RUIN[:1])
    assert finding.severity is Severity.ERROR

    forbidden = replace(UPDATE, nonfinite_parameters=1)  # an entry set to -inf on purpose, the loss is finite
    assert findings(NonfiniteLoss, loss=(LOSS,), update=(forbidden,)) == []
