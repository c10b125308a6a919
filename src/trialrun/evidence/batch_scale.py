"""How loss and gradient change with the number of samples in a batch."""

from __future__ import annotations

from trialrun.evidence.rehearsal import Evidence
from trialrun.evidence.tensors import LossCall

NAME = "half batches"
# Their steps grow with the gradient; those of Adam, RMSprop and their like do not.
PROPORTIONAL = frozenset(("SGD", "ASGD"))


FEWEST_TERMS = 4  # losses of one backward, from which they may be those of its samples


def summed_losses(evidence: Evidence) -> list[LossCall]:
    """Losses of training steps that may be sums over the samples.

    Known ones that say so, hand-written ones, and many known ones that lead to the same backward: one for each sample.
    """
    calls = [call for call in evidence.loss if call.training]
    return [
        call for call in calls if call.reduction == "sum" or call.function == "backward" or call.terms >= FEWEST_TERMS
    ]


def proportional(evidence: Evidence) -> bool:
    """Whether every update is proportional to the gradient, none of which is clipped."""
    stepped = [record for record in evidence.optimiser if record.steps]
    return bool(stepped) and not evidence.clip and all(record.cls in PROPORTIONAL for record in stepped)
