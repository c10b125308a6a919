from dataclasses import replace

import pytest

from trialrun.checks.optimiser.parameters_never_change import ParametersNeverChange
from trialrun.evidence.repeats import OverfitRecord
from trialrun.findings.finding import Finding, Severity

from .records import LOSS, OPTIMISER, PARAMETER, UPDATE, findings, updates

IDLE = replace(OPTIMISER, changed=False)
STILL = replace(PARAMETER, changed=False)
STEPS = updates(parameters_changed=0)


def judged(**evidence: object) -> list[Finding]:
    return findings(ParametersNeverChange, **{"parameter": (STILL,), "optimiser": (IDLE,), "update": STEPS, **evidence})


def test_steps_that_change_nothing_are_an_error_at_the_step() -> None:
    (finding,) = judged()

    assert finding.severity is Severity.ERROR
    assert str(finding.where) == "train.py:41"
    assert "made 3 steps at a learning rate of 0.1 with gradients (|g| 1, 1, 1)" in finding.message
    assert "A change of at least 0.05 of the weights was due" in finding.message


@pytest.mark.parametrize("change", [{"changed": True}, {"steps_with_lr": 1}, {"gradients_seen": False}], ids=str)
def test_anything_less_is_silent(change: dict[str, object]) -> None:
    assert judged(optimiser=(replace(IDLE, **change),)) == []


def test_change_that_was_put_back_is_silent() -> None:
    assert judged(update=updates(parameters_changed=4)) == []


def test_update_below_the_spacing_is_a_warning_at_a_constant_rate() -> None:
    (finding,) = judged(update=updates(parameters_changed=0, learning_rates=(1e-9,)))

    assert finding.severity is Severity.WARNING
    assert "below their spacing" in finding.message


def test_update_below_the_spacing_is_silent_while_the_rate_rises() -> None:
    warmup = tuple(
        replace(UPDATE, step=step, parameters_changed=0, learning_rates=(1e-10 * (step + 1),)) for step in range(3)
    )
    assert judged(update=warmup) == []


def test_spacing_is_that_of_the_weights_format() -> None:
    tiny = updates(parameters_changed=0, learning_rates=(0.01,))  # a change of 0.005, half of bfloat16's spacing
    half = (replace(STILL, dtype="bfloat16"),)

    assert judged(update=tiny, parameter=half)[0].severity is Severity.WARNING
    assert judged(update=tiny)[0].severity is Severity.ERROR


def test_backwards_without_any_update_are_a_warning_at_the_loss() -> None:
    (finding,) = judged(optimiser=(), update=(), loss=(LOSS,))

    assert finding.severity is Severity.WARNING
    assert str(finding.where) == "train.py:39"


@pytest.mark.parametrize(
    "evidence",
    [
        {"loss": ()},
        {"loss": (replace(LOSS, function="backward"),)},  # a saliency map's score
        {"parameter": (replace(STILL, reached=2),)},
        {"parameter": (replace(STILL, loaded=True),)},
        {"parameter": (STILL, replace(STILL, id=1, root=""))},  # an input's gradient is wanted: FGSM
        {"parameter": (replace(STILL, changed=True),)},
        {"update": updates()},
    ],
    ids=["no loss", "score", "few", "loaded", "input", "changed", "updated"],
)
def test_gradients_wanted_for_themselves_are_silent(evidence: dict[str, object]) -> None:
    assert judged(**{"optimiser": (), "update": (), "loss": (LOSS,), **evidence}) == []


def test_plain_tensors_without_any_module_are_a_warning() -> None:
    (finding,) = judged(optimiser=(), update=(), loss=(LOSS,), parameter=(replace(STILL, root="", name="param0"),))

    assert "1 parameter of no module" in finding.message


def test_optimiser_of_its_own_that_may_wait_is_a_warning() -> None:
    source = {"train.py": "class Gathering(Optimizer):\n    def step(self):\n        self.buffer.add_(1)\n"}
    (finding,) = judged(optimiser=(replace(IDLE, cls="Gathering"),), source=source)

    assert finding.severity is Severity.WARNING
    assert "gathers several gradients" in finding.message


@pytest.mark.parametrize(
    ("source", "reached", "severity"),
    [
        ("loss.backward()", 8, Severity.ERROR),
        ("loss.backward()", 7, Severity.WARNING),
        ("loss.backward()\noptimizer.step()", 8, Severity.WARNING),
    ],
)
def test_optimiser_that_is_never_asked_to_step(source: str, reached: int, severity: Severity) -> None:
    (finding,) = judged(
        optimiser=(replace(IDLE, steps=0, steps_with_lr=0),),
        update=(),
        loss=(LOSS,),
        parameter=(replace(STILL, reached=reached),),
        source={"train.py": source},
    )

    assert finding.severity is severity


OWN = {"source": {"train.py": "class Own:\n    def step(self):\n        self.sum.add_(1)\n"}}
OTHER = replace(IDLE, id=1, changed=True)


@pytest.mark.parametrize(
    ("losses", "optimisers", "told"),
    [
        ((2.0,) * 150 + (1.9,) * 60, 1, 0),
        ((2.0,) * 210, 1, 1),  # nothing ever changed
        ((2.0,) * 10 + (1.9,) * 10, 1, 1),  # too few to tell
        ((2.0,) * 150 + (1.9,) * 60, 2, 1),  # the other one's weights may have
    ],
)
def test_own_optimiser_that_acts_in_the_end_is_silent(losses: tuple[float, ...], optimisers: int, told: int) -> None:
    stepping = (replace(IDLE, cls="Own"), OTHER)[:optimisers]
    found = judged(optimiser=stepping, overfit=(OverfitRecord("ran", losses=losses),), **OWN)

    assert [finding.severity for finding in found] == [Severity.WARNING] * told


def test_torchs_own_that_changes_nothing_is_told_whatever_the_loss_does() -> None:
    (finding,) = judged(overfit=(OverfitRecord("ran", losses=(2.0,) * 150 + (1.9,) * 60),))

    assert finding.severity is Severity.ERROR
