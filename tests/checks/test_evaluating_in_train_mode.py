from dataclasses import replace

import pytest

from trialrun.checks.evaluation.evaluating_in_train_mode import EvaluatingInTrainMode
from trialrun.evidence.program import FUNCTIONAL_DROPOUT, TrainModeModule
from trialrun.findings.finding import Severity

from .records import EVALUATION, OPTIMISER, findings, line


def test_dropout_during_evaluation_is_an_error_at_the_model_call() -> None:
    (finding,) = findings(EvaluatingInTrainMode, evaluation=(EVALUATION,))

    assert finding.severity is Severity.ERROR
    assert str(finding.where) == "train.py:50"
    assert "3 calls here fed `cross_entropy` (train.py:51) with drop (Dropout, p=0.5)" in finding.message
    assert "model.eval()" in finding.fix


def test_batchnorm_is_told_by_its_effect() -> None:
    norm = (TrainModeModule("bn", "BatchNorm2d", "momentum=0.1"),)
    (finding,) = findings(EvaluatingInTrainMode, evaluation=(replace(EVALUATION, train_mode_modules=norm),))

    assert "running averages" in finding.message


@pytest.mark.parametrize(
    "change",
    [
        {"train_mode_modules": ()},
        {"metric_where": None},  # update_bn
        {"root_training": False},  # modules put into train mode one by one
        {"in_training_loop": True},
        {"repeated_input": True},  # MC dropout
        {"input_seen_in_training": True},
    ],
    ids=str,
)
def test_right_uses_are_silent(change: dict[str, object]) -> None:
    assert findings(EvaluatingInTrainMode, evaluation=(replace(EVALUATION, **change),)) == []


@pytest.mark.parametrize(
    ("change", "severity"),
    [
        ({"grad_enabled": True}, Severity.ERROR),  # in an evaluation loop
        ({"grad_enabled": False, "loop": None}, Severity.ERROR),
        ({"grad_enabled": True, "loop": None}, Severity.WARNING),
        ({"metric": "argmax"}, Severity.WARNING),  # predictions are made for other reasons too
        ({"metric": ""}, Severity.WARNING),
    ],
    ids=str,
)
def test_severity(change: dict[str, object], severity: Severity) -> None:
    (finding,) = findings(EvaluatingInTrainMode, evaluation=(replace(EVALUATION, **change),))

    assert finding.severity is severity


@pytest.mark.parametrize("name", ["asked", "compared", "adversaries"])
def test_signs_that_train_mode_is_meant_make_it_a_warning(name: str) -> None:
    evaluation = replace(EVALUATION, train_mode_asked=name == "asked")
    also = replace(EVALUATION, where=line(60), root_training=False, train_mode_modules=())
    (finding,) = findings(
        EvaluatingInTrainMode,
        evaluation=(evaluation, also) if name == "compared" else (evaluation,),
        optimiser=(OPTIMISER, replace(OPTIMISER, id=1)) if name == "adversaries" else (OPTIMISER,),
    )

    assert finding.severity is Severity.WARNING


def test_dropout_inside_a_recurrent_layer_is_told_by_its_effect() -> None:
    modules = (TrainModeModule("rnn", "LSTM", "dropout=0.2"),)
    (finding,) = findings(EvaluatingInTrainMode, evaluation=(replace(EVALUATION, train_mode_modules=modules),))

    assert "rnn (LSTM, dropout=0.2) in train mode. Dropout removes activations at random." in finding.message


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("x = F.dropout(self.hidden(x), p=0.4, training=self.training)", 1),
        ("x = self.dropout(dropout(x, 0.4, self.training))", 1),
        ("x = F.dropout(x, 0.4)", 0),  # noise that eval() would not switch off
        ("x = F.dropout(x, 0.4, self.training) + F.dropout(noise, training=True)", 0),
        ("", 0),
    ],
)
def test_functional_dropout_counts_where_it_follows_the_mode(source: str, found: int) -> None:
    modules = (TrainModeModule("dropout", FUNCTIONAL_DROPOUT, "p=0.4"),)
    evaluation = (replace(EVALUATION, train_mode_modules=modules),)

    assert len(findings(EvaluatingInTrainMode, evaluation=evaluation, source={"train.py": source})) == found
