"""Would the batch be learnt if the softmax ran over the classes, and not over the samples?"""

from __future__ import annotations

from trialrun.evidence.replays import SOFTMAX_OVER_CLASSES
from trialrun.evidence.softmaxes import SoftmaxUse
from trialrun.experiments.activations import softmax_over_classes
from trialrun.experiments.comparing import confirm
from trialrun.experiments.laboratory import Laboratory, NotToBeRunError, Run


class SoftmaxOverClasses:
    """The softmaxes in front of a loss whose output sums to 1 over the samples."""

    name = SOFTMAX_OVER_CLASSES

    def suspicion(self, lab: Laboratory) -> str | None:
        return "a softmax in front of the loss ran over the samples" if _uses(lab) else None

    def run(self, lab: Laboratory) -> Run:
        if lab.setting.compiled:
            raise NotToBeRunError("A compiled model's operations cannot be changed from outside.")
        return (yield from confirm(lab, self.name, "the softmax over the classes", softmax_over_classes(_uses(lab))))


def _uses(lab: Laboratory) -> tuple[SoftmaxUse, ...]:
    return tuple(use for use in lab.evidence.softmax if use.over_samples > use.pairing and use.axis == 0)
