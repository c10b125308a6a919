"""Would the batch be learnt if the loss got the logits, and not what a softmax or a sigmoid made of them?"""

from __future__ import annotations

from trialrun.evidence import Evidence
from trialrun.evidence.replays import SKIPPED_ACTIVATION
from trialrun.experiments.activations import logits_into
from trialrun.experiments.comparing import confirm
from trialrun.experiments.laboratory import Laboratory, NotToBeRunError, Run

# Losses that apply the activation themselves.
_TWICE = frozenset((
    ("cross_entropy", "softmax"),
    ("cross_entropy", "sigmoid"),
    ("binary_cross_entropy_with_logits", "sigmoid"),
    ("multilabel_soft_margin_loss", "sigmoid"),
))  # fmt: skip


class SkippedActivation:
    """Each loss of these gets the logits."""

    name = SKIPPED_ACTIVATION

    def suspicion(self, lab: Laboratory) -> str | None:
        return "a loss that takes logits got the output of an activation" if _met(lab.evidence) else None

    def run(self, lab: Laboratory) -> Run:
        if lab.setting.compiled:
            raise NotToBeRunError("A compiled model's operations cannot be changed from outside.")
        met = _met(lab.evidence)
        skipped = " and ".join(sorted({activation for _, activation in met}))
        return (yield from confirm(lab, self.name, f"the {skipped} in front of the loss skipped", logits_into(met)))


def _met(evidence: Evidence) -> frozenset[tuple[str, str]]:
    return _TWICE & {(call.function, call.input_from or "") for call in evidence.loss if call.training}
