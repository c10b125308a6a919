import math
from dataclasses import replace

import pytest

from trialrun.checks.loss.initial_loss_off import InitialLossOff
from trialrun.findings.finding import Severity

from .records import HEAD, LOSS, PARAMETER, findings

HIGH = replace(LOSS, value=37.2)


@pytest.mark.parametrize("value", [37.2, 0.5, 2.01 * math.log(10), 0.24 * math.log(10)])
def test_loss_far_from_guessing_is_a_warning(value: float) -> None:
    (finding,) = findings(InitialLossOff, loss=(replace(LOSS, value=value),), layer=(HEAD,))

    assert finding.severity is Severity.WARNING
    assert "guessing evenly gives 2.303 (ln 10;" in finding.message


@pytest.mark.parametrize("value", [2.3, 1.99 * math.log(10), 0.26 * math.log(10), math.nan, None])
def test_loss_near_guessing_is_silent(value: float | None) -> None:
    assert findings(InitialLossOff, loss=(replace(LOSS, value=value),), layer=(HEAD,)) == []


@pytest.mark.parametrize(("value", "told"), [(math.log(2) + 0.99, 0), (math.log(2) + 1.01, 1)])
def test_two_classes_may_begin_at_twice_their_guess_by_chance(value: float, told: int) -> None:
    two = replace(LOSS, value=value, input_shape=(64, 2), uniform_loss=math.log(2))
    assert len(findings(InitialLossOff, loss=(two,), layer=(replace(HEAD, output_shapes=((64, 2),)),))) == told


@pytest.mark.parametrize(
    "change",
    [
        {"step": 1},
        {"training": False},
        {"function": "mse_loss"},
        {"reduction": "sum"},
        {"weighted": True},
        {"uniform_loss": None},
        {"input_from": "softmax"},
        {"input_shape": (10, 10)},  # similarities within a batch
        {"input_shape": (64, 7)},  # no layer with seven outputs
        {"input_shape": None},
        {"function": "nll_loss", "exp_sums": (0.4, 1.9)},  # log-probabilities with factors of their own: focal loss
    ],
    ids=str,
)
def test_losses_that_start_elsewhere_are_silent(change: dict[str, object]) -> None:
    assert findings(InitialLossOff, loss=(replace(HIGH, **change),), layer=(HEAD,)) == []


def test_loaded_weights_are_silent() -> None:
    loaded = (replace(PARAMETER, loaded=True),)
    assert findings(InitialLossOff, loss=(HIGH,), layer=(HEAD,), parameter=loaded) == []


def test_head_of_its_own_class_is_silent() -> None:
    assert findings(InitialLossOff, loss=(HIGH,), layer=(replace(HEAD, cls="ArcFace"),)) == []


def test_only_the_last_layer_counts_as_head() -> None:
    projection = replace(HEAD, name="projection", output_shapes=((64, 24),))
    assert findings(InitialLossOff, loss=(HIGH,), layer=(HEAD, projection)) == []
