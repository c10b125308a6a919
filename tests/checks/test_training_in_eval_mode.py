from dataclasses import replace

from trialrun.checks.evaluation.training_in_eval_mode import TrainingInEvalMode
from trialrun.evidence.modes import EvalModeTraining
from trialrun.findings.finding import Severity

from .records import findings, line, updates

LEFT = EvalModeTraining(
    where=line(20, "train"),
    root="Net",
    modules=("drop", "norm"),
    classes=("Dropout", "BatchNorm1d"),
    train_steps=5,
    eval_steps=6,
    first_step=5,
    eval_where=line(40, "evaluate"),
    eval_calls=3,
    evaluated_where=line(42, "evaluate"),
    recovered=False,
)


def test_left_by_every_evaluation_is_an_error() -> None:
    (finding,) = findings(TrainingInEvalMode, update=updates(), eval_mode_training=(LEFT,))
    assert (finding.severity, str(finding.where)) == (Severity.ERROR, "train.py:20")
    assert "5 steps before" in finding.message
    assert "BatchNorm's averages stand still" in finding.message


def test_train_mode_in_between_or_a_single_eval_is_a_warning() -> None:
    for record in (replace(LEFT, recovered=True), replace(LEFT, eval_calls=1)):
        (finding,) = findings(TrainingInEvalMode, update=updates(), eval_mode_training=(record,))
        assert finding.severity is Severity.WARNING
        assert "legitimate" in finding.fix
