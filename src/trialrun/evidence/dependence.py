"""What it does to loss and gradient when other inputs enter the model."""

from __future__ import annotations

from trialrun.evidence.experiments import Arm, ExperimentRecord
from trialrun.evidence.model import LayerRow
from trialrun.evidence.rehearsal import Evidence

PERMUTED = "permuted samples"
ZEROED = "zeroed inputs"
APART = "inputs told apart"  # an arm of PERMUTED, where all samples of a batch are equal
ANEW = "weights drawn anew"  # the control among the arms of ZEROED that have other weights
ANEW_ZEROED = "weights drawn anew, inputs zeroed"
LEARNING_ANEW = "learning from weights drawn anew"

# Relative. Zeros in place of what is not used leave every number as it was; in another order sums round otherwise.
SAME_LOSS = 1e-7
SAME_GRADIENT = 1e-9
ROUNDED = 1e-5


def same(one: Arm, other: Arm, rounded: bool = False) -> bool:
    """Whether loss and gradient norm of two arms are equal, bit for bit nearly; ``rounded``: but for their order."""
    loss, gradient = (ROUNDED, ROUNDED) if rounded else (SAME_LOSS, SAME_GRADIENT)
    if not (one.finite and other.finite) or one.gradient_norm is None or other.gradient_norm is None:
        return False
    if abs(one.losses[0] - other.losses[0]) > loss * abs(one.losses[0]):
        return False
    return abs(one.gradient_norm - other.gradient_norm) <= gradient * one.gradient_norm


def arm_of(record: ExperimentRecord, change: str) -> Arm | None:
    """The arm of ``record`` with that change."""
    return next((arm for arm in record.variants if arm.change == change), None)


def ignores_input(evidence: Evidence) -> ExperimentRecord | None:
    """The record of the zeroed inputs, where neither they nor permuted samples changed anything.

    None as well where the targets do not differ, or are not known, and where the model has no layer that leads to
    another: a constant that is fitted on purpose.
    """
    record, rolled = evidence.experiment_named(ZEROED), evidence.experiment_named(PERMUTED)
    if record is None or record.control is None or rolled is None or rolled.control is None:
        return None
    zeros, order = arm_of(record, ZEROED), arm_of(rolled, PERMUTED)
    if zeros is None or order is None or not rolled.facts.get("targets_differ") or len(_layers(evidence)) < 2:
        return None
    return record if same(record.control, zeros) and same(rolled.control, order, rounded=True) else None


def _layers(evidence: Evidence) -> list[LayerRow]:
    return [row for row in evidence.layer if row.leaf and row.parameters]


def by_weights(record: ExperimentRecord) -> tuple[Arm, Arm] | None:
    """Both arms at other weights, if there the input matters: then it is these weights that keep it out."""
    control, zeros = arm_of(record, ANEW), arm_of(record, ANEW_ZEROED)
    if control is None or zeros is None or not (control.finite and zeros.finite) or same(control, zeros):
        return None
    return control, zeros
