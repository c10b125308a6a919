import math
from dataclasses import replace

from trialrun.checks.data.nonfinite_input import NonfiniteInput
from trialrun.findings.finding import Severity

from .records import BATCH, LOOPS, TENSOR, UPDATE, findings, updates

BROKEN = replace(BATCH, tensors=(replace(TENSOR, nonfinite_count=8, nonfinite_first=(0, 3)),))


def test_finite_batch_is_silent() -> None:
    assert findings(NonfiniteInput, batch=(BATCH,), update=updates()) == []


RUIN = (replace(UPDATE, loss=math.nan, nonfinite_parameters=4), *updates(3, loss=math.nan, nonfinite_before=4)[1:])


def test_nan_that_ruins_the_weights_is_an_error_at_the_loop() -> None:
    (finding,) = findings(NonfiniteInput, batch=(BROKEN,), update=RUIN, loop=LOOPS)

    assert finding.severity is Severity.ERROR
    assert str(finding.where) == "train.py:35"
    assert "`[0]` (8, 4)" in finding.message
    assert "8 NaN or infinite values of 32 (25 %), the first at index (0, 3)" in finding.message
    assert finding.explains == ("LOS306",)


def test_weights_that_were_put_back_are_a_warning() -> None:
    rolled_back = (RUIN[0], *updates(3)[1:])
    (finding,) = findings(NonfiniteInput, batch=(BROKEN,), update=rolled_back)

    assert finding.severity is Severity.WARNING


def test_later_updates_that_nobody_looked_at_are_judged_by_their_losses() -> None:
    ruined = (*RUIN, *updates(6, loss=math.nan, nonfinite_before=None)[3:])
    healed = (*RUIN, *updates(6, loss=0.7, nonfinite_before=None)[3:])
    (finding,) = findings(NonfiniteInput, batch=(BROKEN,), update=ruined)
    assert finding.severity is Severity.ERROR
    (finding,) = findings(NonfiniteInput, batch=(BROKEN,), update=healed)
    assert finding.severity is Severity.WARNING


def test_nan_used_as_a_mask_is_a_note() -> None:
    (finding,) = findings(NonfiniteInput, batch=(BROKEN,), update=updates())

    assert finding.severity is Severity.NOTE
    assert "No loss of theirs was NaN or infinite." in finding.message
    assert "mask" in finding.fix


def test_nan_beside_a_loss_that_is_not_known_is_a_warning() -> None:
    (finding,) = findings(NonfiniteInput, batch=(BROKEN,), update=updates(loss=None))

    assert finding.severity is Severity.WARNING


def test_ruin_in_a_step_with_a_finite_batch_is_not_this_batch() -> None:
    later = replace(BROKEN, step=2)
    (finding,) = findings(NonfiniteInput, batch=(BATCH, later), update=RUIN)

    assert finding.severity is Severity.WARNING


def test_tensors_of_no_loop_item_are_placed_at_their_call() -> None:
    (finding,) = findings(NonfiniteInput, batch=(replace(BROKEN, source="model input"),), update=updates(), loop=LOOPS)

    assert str(finding.where) == "train.py:36"
