"""Does it matter which input meets which target? The samples of each model input, moved on by one."""

from __future__ import annotations

from trialrun.evidence.dependence import APART, PERMUTED
from trialrun.evidence.experiments import Arm, ExperimentRecord
from trialrun.evidence.overfit_verdict import NOT_LEARNT, verdict
from trialrun.experiments.inputs_changed import Seen, Targets, permuted, told_apart
from trialrun.experiments.laboratory import ArmRun, Laboratory, NotToBeRunError, Run
from trialrun.experiments.plan import Change, Variant

LEARNING_REPEATS = 60  # of the window with inputs told apart


class PermutedSamples:
    """Two runs; where all samples of the batch are equal and it is not learnt, how it is learnt if they are not."""

    name = PERMUTED

    def suspicion(self, lab: Laboratory) -> str | None:
        return "" if lab.repeatable else None

    def run(self, lab: Laboratory) -> Run:
        seen, targets = Seen(), Targets()
        change = permuted(seen)
        control = yield from once(lab, "as it is", targets.watching())
        rolled = yield from once(lab, PERMUTED, change)
        if not change.seen:
            raise NotToBeRunError("No tensor enters a call of a model.")
        if change.refused:
            raise NotToBeRunError(f"The model does not take its samples in another order: {change.refused}")
        if seen.samples < 2:
            raise NotToBeRunError("No input of the model has several samples.")
        variants = [rolled]
        alike = bool(seen.alike) and not seen.told_apart
        if alike and targets.differ and verdict(lab.overfit).word == NOT_LEARNT:
            variants.append((yield from lab.arm(APART, LEARNING_REPEATS, changes=(told_apart(),))))
        elif not seen.altered:
            raise NotToBeRunError("All samples of the model's inputs are equal.")
        return ExperimentRecord(
            self.name,
            where=lab.model_called_at,
            control=control,
            variants=tuple(variants),
            facts={
                "samples": seen.samples,
                "tensors_permuted": seen.altered,
                "targets_differ": float(targets.differ),
                "samples_alike": float(alike),
            },
            floor=lab.overfit.floor,
        )


def once(lab: Laboratory, change: str, *changes: Change) -> ArmRun:
    """The window once from the state at its start, dropout and weight decay off."""
    reading = yield Variant(fresh=True, regularised=False, rates=lab.rates, gradients=True, changes=changes)
    lab.note_inputs(reading)
    if reading.error:
        raise NotToBeRunError(f"Not frozen: {reading.error}.")
    if reading.loss is None or reading.gradient_norm is None:
        raise NotToBeRunError("No loss or no optimiser's step was seen in the repeated window.")
    return Arm(change, (reading.loss,), gradient_norm=reading.gradient_norm)
