"""How much of the gradient float16 loses: as it is, beside the same backward with the loss scaled."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from trialrun.evidence.experiments import Arm, ExperimentRecord
from trialrun.evidence.model import UpdateRecord
from trialrun.evidence.replays import MOSTLY, clearly_better, way_gone

NAME = "loss scaling"
LEAST_FLOAT16 = 2.0**-24  # the smallest float16 above 0
USUAL_FACTOR = 2.0**16  # that a torch.amp.GradScaler begins with

# This project's own choices. In sound float16 some hundredths of the elements underflow, next to none of the norm.
LOST = 0.3  # of the elements, where the batch is better learnt with the loss scaled
MOST_LOST = 0.5  # of the elements, where it is not
MISSING = 0.5  # of the gradient's norm, where it is not
LEFT = 0.2  # of the way: as it is, the batch stays this far from being learnt
TIMES_LESS = 3.0  # is left with the loss scaled
TIMES_LARGER = 10.0  # than the repeated batch's is the usual loss of the later updates: it does not stand for them


@dataclass(frozen=True)
class Underflow:
    """The first gradient of the repeated batch, as it is and with the loss scaled."""

    elements: int  # looked at, with a gradient other than 0 where the loss is scaled
    lost: float  # share of them that is exactly 0 as it is, 0..1
    missing: float  # |as it is - scaled| / |scaled|, L2, unscaled
    factor: float  # that the loss was multiplied with
    half_weights: bool  # trained weights are in float16 themselves: both were stepped on float32 copies of them


def underflow(record: ExperimentRecord | None) -> Underflow | None:
    """What ``record`` holds of it; None where nothing was compared."""
    if record is None or "lost_share" not in record.facts:
        return None
    given = record.facts
    return Underflow(
        int(given["elements"]),
        given["lost_share"],
        given["missing_norm_share"],
        given["loss_factor"],
        bool(given["float16_weights"]),
    )


def learnt_by_scaling(arm: Arm, control: Arm, floor: float | None) -> bool:
    """Whether ``arm`` learns the batch and ``control`` does not, or stands still on its way.

    Underflow sets in as the errors get small: what it does to a training is to end it early. Scaling changes nothing
    but what is rounded, so that less than :func:`clearly_better` asks for is proof, beside the elements that were lost.
    """
    if clearly_better(arm, control, floor):
        return True
    far, near = way_gone(arm, control, floor), way_gone(control, arm, floor)
    return arm.finite and far >= MOSTLY and 1 - near >= max(LEFT, TIMES_LESS * (1 - far))


def outgrown(control: Arm, updates: Iterable[UpdateRecord]) -> bool:
    """Whether the program's own losses leave that of the repeated batch far behind as its training goes on.

    So it is where the weight of the loss is ramped up from next to nothing: what underflows in the first steps is
    meant to be nothing, and the gradients of the later ones do not underflow. Judged by the later half of the updates.
    """
    losses = [update.loss for update in updates if update.loss is not None and math.isfinite(update.loss)]
    later = losses[len(losses) // 2 :]
    return bool(later and control.losses) and median(later) >= TIMES_LARGER * abs(control.losses[0])
