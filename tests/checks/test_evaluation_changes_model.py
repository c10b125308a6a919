from dataclasses import replace

import pytest

from trialrun.checks.evaluation.evaluation_changes_model import EvaluationChangesModel
from trialrun.evidence.evaluation_changes import EvaluationChange
from trialrun.findings.finding import Severity

from .records import EVALUATION, OPTIMISER, findings, line, updates

STEPPED = EvaluationChange(EVALUATION.where, "Net", line(60), ("fc.weight",), (), 2, 6, line(64), OPTIMISER.id)
STEPPED = replace(STEPPED, inputs_again=2)
MOVED = EvaluationChange(EVALUATION.where, "Net", line(60), (), ("norm.mean",), 2)
MEASURED = replace(EVALUATION, metric="cross_entropy", metric_where=line(62))


def test_the_training_optimiser_stepping_in_eval_mode_is_an_error_at_its_step() -> None:
    (finding,) = findings(
        EvaluationChangesModel, evaluation_change=(STEPPED,), optimiser=(OPTIMISER,), update=updates()
    )
    assert finding.severity is Severity.ERROR
    assert finding.where is not None
    assert finding.where.line == 64
    assert "SGD.step() ran 6 times in 2 loops and changed 1 parameter (fc.weight)" in finding.message


@pytest.mark.parametrize(
    "doubt", [{"trained_on_inputs": True}, {"other_evaluations": 1}, {"own_targets": True}, {"inputs_again": 0}]
)
def test_what_may_be_a_training_phase_is_a_warning(doubt: dict[str, int]) -> None:
    (finding,) = findings(EvaluationChangesModel, evaluation_change=(replace(STEPPED, **doubt),), update=updates())
    assert finding.severity is Severity.WARNING
    assert "legitimate" in finding.message


def test_a_buffer_that_moves_where_a_metric_is_computed_is_a_warning() -> None:
    evidence = {"evaluation_change": (MOVED,), "update": updates()}
    (finding,) = findings(EvaluationChangesModel, evaluation=(MEASURED,), **evidence)
    assert finding.severity is Severity.WARNING
    assert "1 buffer (norm.mean)" in finding.message


@pytest.mark.parametrize("metric", ["", "argmax"])
def test_without_a_metric_nothing_was_evaluated(metric: str) -> None:
    evaluation = (replace(MEASURED, metric=metric),)
    assert findings(EvaluationChangesModel, evaluation_change=(MOVED,), evaluation=evaluation, update=updates()) == []
