from dataclasses import replace

import pytest

from trialrun.checks.optimiser.parameter_not_optimised import ParameterNotOptimised
from trialrun.evidence.experiments import Arm, ExperimentRecord
from trialrun.findings.finding import Finding, Severity

from .records import OPTIMISER, PARAMETER, SOURCE, findings, missed, updates

LATE = replace(
    PARAMETER, id=1, name="head.weight", module="head", optimisers=(), changed=False, created_after_optimiser=True
)


def judged(*parameters: object, **evidence: object) -> list[Finding]:
    return findings(
        ParameterNotOptimised, **{"parameter": parameters, "optimiser": (OPTIMISER,), "source": SOURCE, **evidence}
    )


def test_layer_made_after_the_optimiser_is_an_error_at_the_optimiser() -> None:
    (finding,) = judged(PARAMETER, LATE, replace(LATE, id=2, name="head.bias", numel=10))

    assert finding.severity is Severity.ERROR
    assert str(finding.where) == "train.py:12"
    assert "SGD (train.py:12) leaves out Net.head: 2 parameters (42 weights)" in finding.message


def test_layer_that_was_there_before_is_a_warning() -> None:
    (finding,) = judged(PARAMETER, replace(LATE, created_after_optimiser=False))

    assert finding.severity is Severity.WARNING
    assert "requires_grad_(False)" in finding.fix


def test_model_without_any_optimised_parameter_is_a_judge_and_silent() -> None:
    assert judged(replace(PARAMETER, root="Other"), LATE) == []


def test_unoptimised_model_is_a_warning_when_the_optimiser_holds_tensors_of_none() -> None:
    (finding,) = judged(replace(PARAMETER, root="Other"), LATE, optimiser=(replace(OPTIMISER, foreign=4),))

    assert finding.severity is Severity.WARNING


def test_parameters_between_updates_by_hand_are_silent() -> None:
    by_hand = (replace(OPTIMISER, id=-1),)
    assert judged(replace(PARAMETER, optimisers=(-1,)), LATE, optimiser=by_hand) == []


@pytest.mark.parametrize(
    "text", ["optimizer.add_param_group(later)", "log.data.clamp_(0)", "setattr(model, name, layer)"]
)
def test_program_that_could_add_or_change_it_later_gets_a_warning(text: str) -> None:
    (finding,) = judged(PARAMETER, LATE, source={"train.py": text})

    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize(
    "text", ["log.data.sub_(log.grad)", "for epoch in range(9): optimizer.add_param_group(table.get(epoch, none))"]
)
def test_program_that_does_so_as_training_goes_gets_a_note(text: str) -> None:
    (finding,) = judged(PARAMETER, LATE, source={"train.py": text})

    assert finding.severity is Severity.NOTE


def test_data_packages_and_variables_are_no_way_to_change_weights() -> None:
    text = "for data, grad in torch.utils.data.DataLoader(dataset):\n    model(data)"
    (finding,) = judged(PARAMETER, LATE, source={"train.py": text})

    assert finding.severity is Severity.ERROR


def test_loaded_part_is_a_note_and_a_loaded_model_silent() -> None:
    loaded = replace(LATE, loaded=True)
    (finding,) = judged(PARAMETER, loaded)

    assert finding.severity is Severity.NOTE
    assert judged(replace(PARAMETER, root="Other"), loaded) == []


def test_unreached_statement_makes_it_a_warning() -> None:
    (finding,) = judged(PARAMETER, LATE, coverage=missed("if epoch == 5", (90,)))

    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize(
    "change",
    [{"root": ""}, {"requires_grad": False}, {"reached": 0}, {"optimisers": (0,)}, {"changed": True}],
    ids=str,
)
def test_right_uses_are_silent(change: dict[str, object]) -> None:
    assert judged(PARAMETER, replace(LATE, **change)) == []


def test_program_without_a_step_is_silent() -> None:
    assert judged(PARAMETER, LATE, optimiser=(replace(OPTIMISER, steps=0),)) == []


def test_a_whole_other_model_built_alike_and_a_dry_run_are_silent() -> None:
    twin = replace(PARAMETER, id=1, optimisers=(), changed=False)
    assert judged(PARAMETER, twin) == []
    assert judged(PARAMETER, LATE, update=updates(backwards=0)) == []
    assert len(judged(replace(PARAMETER, changed=False), twin)) == 1


@pytest.mark.parametrize(
    ("norm", "fixed", "severity"),
    [(0.0, 0.1, Severity.ERROR), (1e-3, 0.1, Severity.WARNING), (0.0, 0.9, Severity.WARNING)],
    ids=["no gradient without them", "something is left to learn", "not learnt with them either"],
)
def test_a_replay_shows_whether_they_are_needed(norm: float, fixed: float, severity: Severity) -> None:
    record = ExperimentRecord(
        "included parameters",
        control=Arm("as it is", (1.0,) * 10, gradient_norm=norm),
        variants=(Arm("these parameters updated, too", (1.0, *(fixed,) * 9), gradient_norm=2.0),),
        floor=0.0,
    )
    (finding,) = judged(PARAMETER, replace(LATE, created_after_optimiser=False), experiment=(record,))

    assert finding.severity is severity
    assert bool(finding.verified) == (fixed < 0.5)
