"""Does the input matter at all? Zeros in its place; where that changes nothing, once more at weights drawn anew."""

from __future__ import annotations

from trialrun.evidence.dependence import ANEW, ANEW_ZEROED, LEARNING_ANEW, PERMUTED, ZEROED, same
from trialrun.evidence.experiments import ExperimentRecord
from trialrun.evidence.learning import share_learnt
from trialrun.evidence.sweep import LEARNS
from trialrun.experiments.causes.permuted_samples import once
from trialrun.experiments.inputs_changed import Seen, drawn_anew, zeroed
from trialrun.experiments.laboratory import Laboratory, NotToBeRunError, Run

LEARNING_REPEATS = 60  # of the window from other weights


class ZeroedInputs:
    """Two runs, two more at other weights, and some repeats where these let the input through."""

    name = ZEROED

    def suspicion(self, lab: Laboratory) -> str | None:
        record = lab.done.get(PERMUTED)
        if record is None or record.outcome != "ran" or record.control is None:
            return None
        if not record.facts["tensors_permuted"] or not same(record.control, record.variants[0], rounded=True):
            return None
        return "inputs moved on by one sample changed neither the loss nor the gradient"

    def run(self, lab: Laboratory) -> Run:
        seen = Seen()
        control = yield from once(lab, "as it is")
        change = zeroed(seen)
        zeros = yield from once(lab, ZEROED, change)
        if not seen.altered:
            raise NotToBeRunError("All inputs of the model are zeros already.")
        if change.refused:
            raise NotToBeRunError(f"The model does not take zeros: {change.refused}")
        if change.left or seen.kept:
            raise NotToBeRunError("Not every input of the model could be replaced by zeros.")
        variants = [zeros]
        if same(control, zeros):
            optimisers = lab.setting.now.reach.optimisers
            anew = yield from once(lab, ANEW, drawn_anew(optimisers))
            second = zeroed(Seen())
            anew_zeros = yield from once(lab, ANEW_ZEROED, drawn_anew(optimisers), second)
            if second.refused:
                raise NotToBeRunError(f"The model does not take zeros at other weights: {second.refused}")
            variants += [anew, anew_zeros]
            if not same(anew, anew_zeros) and share_learnt(lab.overfit.losses, lab.overfit.floor) < LEARNS:
                other = drawn_anew(optimisers, once=True)
                variants.append((yield from lab.arm(LEARNING_ANEW, LEARNING_REPEATS, changes=(other,))))
        return ExperimentRecord(
            self.name,
            where=lab.model_called_at,
            control=control,
            variants=tuple(variants),
            facts={"tensors_zeroed": seen.altered},
            floor=lab.overfit.floor,
        )
