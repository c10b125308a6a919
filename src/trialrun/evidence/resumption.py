"""Training gone on with from a warm state, beside the same with one part of that state lost, as by a resumption."""

from __future__ import annotations

import math
from dataclasses import dataclass

from trialrun.evidence.checkpoints import TrainingState
from trialrun.evidence.experiments import Arm
from trialrun.evidence.place import Where
from trialrun.evidence.rehearsal import Evidence

NAME = "resumed training"
WARM = 2  # updates before the interruption: with the program's own there are three, so that moments are a mixture
STEPS = 5  # updates after it
NOISE = "distance between two continued runs"

# This project's own choices. Below this share of the way no plot shows it; kernels that add in another order each time
# part two equal runs by their noise, of which one pair is a poor measure.
LEAST = 1e-3
TIMES_NOISE = 10


def part(kind: str, where: Where | None) -> str:
    """A state in the record: its kind, and the line that steps its optimiser or updates the scaler."""
    return f"{kind} {where}"


def distance_of(name: str) -> str:
    """The fact that holds how far apart the weights end, as a share of the way that the continued run goes."""
    return f"distance, {name}"


def continued(name: str) -> str:
    """The entry of ``words`` that names the arm to compare with."""
    return f"continued, {name}"


def lost(name: str) -> str:
    """The entry of ``words`` that names the arm without the state."""
    return f"lost, {name}"


@dataclass(frozen=True)
class Resumption:
    """Both arms begin after the same updates, on the same data and random numbers."""

    continued: Arm
    resumed: Arm
    distance: float  # between the weights they end at, as a share of the way that the continued one goes
    noise: float  # the same of two continued runs

    @property
    def differs(self) -> bool:
        """Whether the loss of the state shows."""
        return not self.distance <= max(LEAST, TIMES_NOISE * self.noise)


def resumption(evidence: Evidence, state: TrainingState) -> Resumption | None:
    """What the loss of ``state`` does; None where that was not replayed."""
    record = evidence.experiment_named(NAME)
    where = state.driven_at if state.kind == "schedule" else state.where
    name = part(state.kind, where)
    if record is None or where is None or distance_of(name) not in record.facts:
        return None
    arms = {arm.change: arm for arm in record.variants}
    return Resumption(
        arms[record.words[continued(name)]],
        arms[record.words[lost(name)]],
        record.facts[distance_of(name)],
        record.facts.get(NOISE, math.inf),
    )
