"""LOS308 and MOD207: two readings of the same experiments."""

from dataclasses import replace

import pytest

from trialrun.checks.loss.loss_ignores_input import LossIgnoresInput
from trialrun.checks.model.constant_output import ConstantOutput
from trialrun.evidence.dependence import ANEW, ANEW_ZEROED, APART, LEARNING_ANEW, PERMUTED, ZEROED
from trialrun.evidence.experiments import Arm, ExperimentRecord
from trialrun.evidence.repeats import OverfitRecord
from trialrun.findings.finding import Severity

from .records import HEAD, OPTIMISER, PARAMETER, findings, line, missed, updates

CONTROL = Arm("as it is", (1.5,), gradient_norm=0.25)
OTHER = Arm(ANEW, (1.75,), gradient_norm=0.5)
ORDER = ExperimentRecord(
    PERMUTED,
    control=CONTROL,
    variants=(replace(CONTROL, change=PERMUTED, gradient_norm=0.25000001),),
    facts={"samples": 32, "tensors_permuted": 1, "targets_differ": 1.0, "samples_alike": 0.0},
)
ZEROS = ExperimentRecord(
    ZEROED,
    where=line(39),
    control=CONTROL,
    variants=(replace(CONTROL, change=ZEROED), OTHER, replace(OTHER, change=ANEW_ZEROED)),
    floor=0.0,
)
NEAR = replace(ZEROS.variants[0], gradient_norm=0.2500001)
SHUT = replace(
    ZEROS,
    variants=(
        *ZEROS.variants[:2],
        Arm(ANEW_ZEROED, (1.25,), gradient_norm=0.4),
        Arm(LEARNING_ANEW, tuple(1.75 * 0.9**step for step in range(60))),
    ),
)
STUCK = OverfitRecord("ran", losses=tuple(1.4 + 0.1 * 0.9**step for step in range(120)), floor=0.0)
IDLE = replace(PARAMETER, reached=0, gradient_norms=(None, None, None))
RECORDS = {
    "update": updates(),
    "optimiser": (OPTIMISER,),
    "layer": (HEAD, replace(HEAD, name="encoder")),
    "parameter": (IDLE, replace(PARAMETER, id=1, name="head.weight", module="head")),
    "overfit": (STUCK,),
}


def test_a_loss_without_input_is_an_error_that_names_the_module_that_got_no_gradient() -> None:
    (finding,) = findings(LossIgnoresInput, experiment=(ORDER, ZEROS), **RECORDS)
    assert finding.severity is Severity.ERROR
    assert finding.where is not None and finding.where.line == 39
    assert finding.measured["modules_without_gradient"] == ["Net.encoder"]
    assert finding.verified is not None
    assert finding.verified.result == (
        "loss 1.5, gradient norm 0.25 (now: 1.5, 0.25); with weights drawn anew 1.75 (without zeros: 1.75)"
    )
    assert not findings(ConstantOutput, experiment=(ORDER, ZEROS), **RECORDS)


@pytest.mark.parametrize(
    "changes",
    [
        {"parameter": (PARAMETER,)},  # all layers get a gradient, as in a baseline that is fed zeros
        {"parameter": (replace(IDLE, loaded=True),)},
        {"coverage": missed("if epoch == 0", (40,))},
        {"parameter": (IDLE, replace(PARAMETER, id=1, root="Net (2)"))},  # of the next setting of a sweep
        {"parameter": (replace(IDLE, reached=3, gradient_norms=(0.0, 0.0, 0.0)),)},  # may be a first layer's weights
    ],
    ids=["no module without gradient", "loaded", "unreached statements", "a sweep", "weights without a bias"],
)
def test_without_proof_that_the_input_is_dropped_it_is_a_warning(changes: dict[str, object]) -> None:
    (finding,) = findings(LossIgnoresInput, experiment=(ORDER, ZEROS), **{**RECORDS, **changes})
    assert finding.severity is Severity.WARNING
    assert "legitimate" in finding.message


@pytest.mark.parametrize("rounding", [0.0, 2e-6])
def test_a_module_whose_weights_and_bias_get_zeros_alone_is_one_without_gradient(rounding: float) -> None:
    silent = replace(IDLE, reached=3, gradient_norms=(0.0, rounding, rounding))
    head = replace(PARAMETER, id=2, name="head.weight", module="head", gradient_norms=(0.25, 0.25, 0.25))
    both = (silent, replace(silent, id=1, name="encoder.bias"), head)
    (finding,) = findings(LossIgnoresInput, experiment=(ORDER, ZEROS), **{**RECORDS, "parameter": both})
    assert finding.severity is Severity.ERROR


@pytest.mark.parametrize(
    ("order", "zeros", "changes"),
    [
        (replace(ORDER, variants=(replace(ORDER.variants[0], losses=(1.51,)),)), ZEROS, {}),
        (
            ORDER,
            replace(ZEROS, variants=(replace(ZEROS.variants[0], gradient_norm=0.2500001), *ZEROS.variants[1:])),
            {},
        ),
        (replace(ORDER, facts={**ORDER.facts, "targets_differ": 0.0}), ZEROS, {}),
        (ORDER, ZEROS, {"layer": (HEAD,)}),
        (ORDER, replace(ZEROS, outcome="skipped"), {}),
        (ORDER, replace(ZEROS, control=Arm("as it is", (float("nan"),), gradient_norm=0.25)), {}),
    ],
    ids=["order matters", "gradient differs", "targets alike", "one layer", "skipped", "not finite"],
)
def test_silence(order: ExperimentRecord, zeros: ExperimentRecord, changes: dict[str, object]) -> None:
    for check in (LossIgnoresInput, ConstantOutput):
        assert not findings(check, experiment=(order, zeros), **{**RECORDS, **changes})


def test_weights_that_shut_the_input_out_are_an_error_once_others_learn_the_batch() -> None:
    (finding,) = findings(ConstantOutput, experiment=(ORDER, SHUT), **RECORDS)
    assert finding.severity is Severity.ERROR
    assert finding.verified is not None
    assert finding.verified.by == "weights drawn anew"
    assert finding.verified.result == "the same batch goes loss 1.75 -> 0.003494 in 59 steps (now: 1.5 -> 1.4)"
    assert not findings(LossIgnoresInput, experiment=(ORDER, SHUT), **RECORDS)


def test_weights_that_shut_the_input_out_are_a_warning_where_nothing_learns() -> None:
    record = replace(SHUT, variants=SHUT.variants[:3])
    (finding,) = findings(ConstantOutput, experiment=(ORDER, record), **RECORDS)
    assert finding.severity is Severity.WARNING


ALIKE = replace(
    ORDER,
    variants=(ORDER.variants[0], Arm(APART, tuple(1.5 * 0.9**step for step in range(60)))),
    facts={**ORDER.facts, "tensors_permuted": 0, "samples_alike": 1.0},
    floor=0.0,
)


def test_equal_samples_are_a_warning_where_noise_makes_the_batch_learnable() -> None:
    (finding,) = findings(ConstantOutput, experiment=(ALIKE,), **RECORDS)
    assert finding.severity is Severity.WARNING
    assert finding.message.startswith("All 32 samples that enter the model are equal")


def test_equal_samples_that_are_learnt_or_that_noise_does_not_help_are_none() -> None:
    learnt = replace(STUCK, losses=tuple(1.5 * 0.9**step for step in range(120)))
    assert not findings(ConstantOutput, experiment=(ALIKE,), **{**RECORDS, "overfit": (learnt,)})
    still = replace(ALIKE, variants=(ORDER.variants[0], Arm(APART, (1.5,) * 60)))
    assert not findings(ConstantOutput, experiment=(still,), **RECORDS)
