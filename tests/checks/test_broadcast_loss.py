from dataclasses import replace

import pytest

from trialrun.checks.loss.broadcast_loss import BroadcastLoss
from trialrun.evidence.experiments import Arm, ExperimentRecord
from trialrun.evidence.program import WarningRecord
from trialrun.findings.finding import Severity, Verified

from .records import LOSS, PAIR, findings, line


def test_column_against_flat_target_is_a_warning() -> None:
    (finding,) = findings(BroadcastLoss, broadcast=(PAIR, replace(PAIR, step=1)), loss=(LOSS,))

    assert finding.severity is Severity.WARNING
    assert "a prediction (32, 1) with a target (32,)" in finding.message
    assert "1,024 pairs instead of 32" in finding.message
    assert "prediction.squeeze(-1)" in finding.fix


def test_column_target_against_flat_prediction_is_told_the_right_way_round() -> None:
    (finding,) = findings(BroadcastLoss, broadcast=(replace(PAIR, prediction_side="right"),), loss=(LOSS,))

    assert "a prediction (32,) with a target (32, 1)" in finding.message
    assert "target.squeeze(-1)" in finding.fix


def test_a_pair_without_a_model_is_told_only_where_a_replay_shows_that_it_was_not_meant() -> None:
    pair = replace(PAIR, operation="sub", by_hand=True)
    assert findings(BroadcastLoss, broadcast=(pair,), loss=(LOSS,)) == []


@pytest.mark.parametrize(
    ("left", "right", "result"),
    [
        ((32, 1), (1, 32), (32, 32)),  # pairs made explicit: ranking
        ((32, 3), (32, 1), (32, 3)),  # quantiles
        ((1, 1), (1,), (1, 1)),  # one sample
        ((32, 1), (3,), (32, 3)),  # a row of thresholds
        ((32, 1, 1), (32,), (32, 1, 32)),
    ],
)
def test_other_pairings_are_silent(left: tuple[int, ...], right: tuple[int, ...], result: tuple[int, ...]) -> None:
    pair = replace(PAIR, left_shape=left, right_shape=right, result_shape=result)
    assert findings(BroadcastLoss, broadcast=(pair,), loss=(LOSS,)) == []


def warned(target: str, prediction: str) -> WarningRecord:
    sizes = f"(torch.Size([{target}])) that is different to the input size (torch.Size([{prediction}]))"
    return WarningRecord("UserWarning", f"Using a target size {sizes}. This will likely lead to ...", line(40))


def test_what_torch_warned_of_is_told_where_nothing_else_saw_it() -> None:
    (finding,) = findings(BroadcastLoss, warning=(warned("32", "32, 1"),) * 2, loss=(LOSS,))

    assert (finding.severity, finding.where and finding.where.line) == (Severity.WARNING, 40)
    assert "an input (32, 1) and a target (32,): they broadcast to 1,024 pairs instead of 32" in finding.message


def test_one_place_is_told_once() -> None:
    found = findings(
        BroadcastLoss, broadcast=(replace(PAIR, where=line(40)),), warning=(warned("32", "32, 1"),), loss=(LOSS,)
    )
    assert len(found) == 1


@pytest.mark.parametrize(
    ("target", "prediction"), [("", "32, 1"), ("32, 1", "32, 8"), ("1", "1, 1"), ("32, 1, 8", "32, 8, 1")]
)
def test_other_sizes_that_torch_warns_of_are_silent(target: str, prediction: str) -> None:
    assert findings(BroadcastLoss, warning=(warned(target, prediction),), loss=(LOSS,)) == []


def replayed(**changes: object) -> dict[str, object]:
    """Evidence of a plain mean over all pairs that is learnt with aligned shapes alone."""
    record = ExperimentRecord(
        "aligned shapes",
        control=Arm("as it is", (1.2, *(1.0,) * 20)),
        variants=(Arm("aligned shapes", (1.5, *(0.1,) * 20)),),
        facts={"order_of_targets": 1e-7},
        floor=0.0,
    )
    return {"broadcast": (PAIR,), "loss": (LOSS,), "experiment": (replace(record, **changes),)}  # type: ignore[arg-type]


def test_an_error_where_aligned_shapes_alone_learn_the_batch() -> None:
    (finding,) = findings(BroadcastLoss, **replayed())

    assert finding.severity is Severity.ERROR
    assert finding.verified == Verified("aligned shapes", "loss 1.5 -> 0.1 in 20 steps (now: 1.2 -> 1)")
    assert "legitimate" not in finding.message


@pytest.mark.parametrize(
    "change",
    [
        {"facts": {"order_of_targets": 0.01}},  # pairs are weighed
        {"floor": None},  # no plain mean of distances
        {"control": Arm("as it is", (1.2, *(0.5,) * 20))},  # learnt as it is
        {"variants": (Arm("aligned shapes", (1.5, *(1.0,) * 20)),)},  # not learnt either way
        {"variants": (Arm("aligned shapes", (1.5, *(-0.4,) * 20)),)},  # the floor is none
        {"variants": ()},
        {"outcome": "skipped"},
    ],
    ids=str,
)
def test_a_pairing_that_may_be_meant_stays_a_warning(change: dict[str, object]) -> None:
    (finding,) = findings(BroadcastLoss, **replayed(**change))

    assert finding.severity is Severity.WARNING and finding.verified is None
    assert "legitimate: write target[None, :]" in finding.message


def learnt_apart(learnt: float, alike: float) -> dict[str, object]:
    return replayed(facts={"loss_as_learnt": learnt, "loss_with_one_prediction_for_all": alike}, variants=())


@pytest.mark.parametrize(("learnt", "alike"), [(0.07, 1.43), (0.279, 0.385), (-2.0, -1.0), (-0.1, 0.2)])
def test_a_batch_learnt_below_the_best_single_prediction_is_paired_on_purpose(learnt: float, alike: float) -> None:
    assert findings(BroadcastLoss, **learnt_apart(learnt, alike)) == []


@pytest.mark.parametrize(("learnt", "alike"), [(1.0, 1.0), (1.0, 1.05), (1.0, 0.3), (-1.0, -1.05)])
def test_one_no_lower_than_that_is_told(learnt: float, alike: float) -> None:
    (finding,) = findings(BroadcastLoss, **learnt_apart(learnt, alike))

    assert finding.severity is Severity.WARNING


def test_what_pytorch_warned_of_is_silent_too_where_the_pairing_is_meant() -> None:
    evidence = learnt_apart(0.1, 1.0) | {"broadcast": (), "warning": (warned("32", "32, 1"),)}
    assert findings(BroadcastLoss, **evidence) == []


@pytest.mark.parametrize(
    ("turned", "alike", "told"),
    [(1.0, 1.5, 0), (1.00001, 1.5, 0), (1.2, 1.5, 1), (1.0, 1.05, 1), (None, 1.5, 1)],
)
def test_a_term_that_keeps_outputs_apart_is_no_mistake_where_these_may_trade_places(
    turned: float | None, alike: float, told: int
) -> None:
    facts = {"loss_as_learnt": 1.0, "loss_with_one_prediction_for_all": 0.5, "loss_with_one_output_for_all": alike}
    facts |= {} if turned is None else {"loss_with_outputs_turned": turned}
    assert len(findings(BroadcastLoss, **replayed(facts=facts, variants=()))) == told
