from dataclasses import replace
from typing import Any

from trialrun.checks.optimiser.optimizer_holds_foreign_parameters import OptimizerHoldsForeignParameters
from trialrun.findings.finding import Severity

from .records import OPTIMISER, PARAMETER, SOURCE, findings, missed, updates

IDLE = replace(OPTIMISER, parameters=1, foreign=1, changed=False, gradients_seen=False)
HELD = replace(PARAMETER, id=1, name="param1", root="", reached=0, changed=False)
TRAINED = replace(PARAMETER, optimisers=(), changed=False)


def judged(**changes: Any) -> list[Severity]:
    evidence = {"optimiser": (IDLE,), "parameter": (TRAINED, HELD), "update": updates(), "source": SOURCE, **changes}
    return [finding.severity for finding in findings(OptimizerHoldsForeignParameters, **evidence)]


def test_optimiser_of_another_model_of_the_same_shapes_is_an_error_where_it_was_built() -> None:
    (finding,) = findings(
        OptimizerHoldsForeignParameters,
        optimiser=(IDLE,),
        parameter=(TRAINED, HELD),
        update=updates(),
        source=SOURCE,
    )

    assert finding.severity is Severity.ERROR
    assert str(finding.where) == "train.py:12"
    assert "made 3 steps over 1 tensor" in finding.message


def test_unreached_statement_that_may_hand_the_weights_over_makes_it_a_warning() -> None:
    source = {"train.py": "\n" * 59 + "model.load_state_dict(other)\n"}
    assert judged(source=source, coverage=missed("if epoch == 5", (60,))) == [Severity.WARNING]


def test_master_copies_that_are_given_gradients_are_silent() -> None:
    assert judged(optimiser=(replace(IDLE, gradients_seen=True),)) == []


def test_steps_without_any_backward_draw_a_schedule() -> None:
    assert judged(update=updates(backwards=0)) == []


def test_mixture_and_single_step_are_not_judged() -> None:
    assert judged(optimiser=(replace(IDLE, parameters=2),)) == []
    assert judged(optimiser=(replace(IDLE, steps=1),)) == []


def test_without_a_trained_model_of_these_shapes_it_is_silent() -> None:
    assert judged(parameter=(replace(TRAINED, shape=(9, 9)), HELD)) == []
    assert judged(parameter=(replace(TRAINED, changed=True), HELD)) == []
