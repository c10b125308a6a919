"""What a replay of the window with a fix applied shows, beside one of the window as it is."""

from __future__ import annotations

from dataclasses import dataclass

from trialrun.evidence.experiments import Arm
from trialrun.evidence.learning import share_learnt
from trialrun.evidence.rehearsal import Evidence

# Names of the experiments.
CLEARED_GRADIENTS = "cleared gradients"
ALIGNED_SHAPES = "aligned shapes"
INCLUDED_PARAMETERS = "included parameters"
SKIPPED_ACTIVATION = "skipped activation"
SOFTMAX_OVER_CLASSES = "softmax over classes"

# This project's own choices, kept wide: a batch that both learn, or neither, confirms nothing.
LEARNS = 0.5  # of the way to the floor: with the fix the batch is being learnt
BETTER = 0.3  # of the way that the fix has to be ahead


def control_share(arm: Arm, floor: float | None) -> float:
    """How far the program as it is came, 0..1, in its favour: at the end, or in its last repeat alone."""
    share = share_learnt(arm.losses, floor)
    if not arm.finite or len(arm.losses) < 2:
        return share
    distance = arm.losses[0] - (floor or 0.0)
    return max(share, (arm.losses[0] - arm.losses[-1]) / distance if distance > 0 else 0.0)


@dataclass(frozen=True)
class Replay:
    """The same repeats from the same weights, as it is and with the fix."""

    control: Arm
    fixed: Arm
    floor: float | None

    @property
    def control_share(self) -> float:
        """The same, or that of the last loss alone: what comes to the floor by leaps has learnt, too."""
        return control_share(self.control, self.floor)

    @property
    def fixed_share(self) -> float:
        """See :func:`trialrun.evidence.learning.share_learnt`."""
        return share_learnt(self.fixed.losses, self.floor)

    @property
    def confirms(self) -> bool:
        """Whether the batch is learnt with the fix, and as it is clearly less."""
        return self.fixed_share >= LEARNS and self.fixed_share - self.control_share >= BETTER


def replay(evidence: Evidence, name: str) -> Replay | None:
    """The replay of that name in ``evidence``; None where none was run, or the fix had nothing left to win."""
    record = evidence.experiment_named(name)
    if record is None or record.control is None or not record.variants:
        return None
    return Replay(record.control, record.variants[0], record.floor)
