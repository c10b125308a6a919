"""What a sweep over the learning rate shows."""

from __future__ import annotations

from dataclasses import dataclass

from trialrun.evidence.experiments import Arm, ExperimentRecord
from trialrun.evidence.learning import share_learnt
from trialrun.evidence.overfit_verdict import LEARNING, LEARNT, judged
from trialrun.evidence.rehearsal import Evidence

NAME = "learning rate"
WARM_UP = "warm-up"

# This project's own choices, kept wide: between "learns" and "does not" lies much that no finding rests on.
LEARNS = 0.5  # of the way to the floor: at this rate the batch is being learnt
STILL = 0.05  # of the way: at this rate it is not
MUCH_HIGHER = 10.0  # times the planned rate: more than a matter of taste
AS_HIGH = 0.99  # times the rate held: the same, rounding apart
CLOSE = 0.8  # of the best share: as good as the best rate


@dataclass(frozen=True)
class Sweep:
    """The arms of the sweep, and which of them learn."""

    record: ExperimentRecord
    control: Arm  # at the planned rate
    rate: float  # the planned one; the largest over parameter groups
    learning: tuple[Arm, ...]  # that learn, the lowest rate first

    @property
    def best(self) -> Arm:
        """The arm that came furthest; of two that reached the floor the quicker one."""
        return max(self.learning, key=lambda arm: (round(self.share(arm), 2), -len(arm.losses)))

    @property
    def lowest(self) -> float:
        """The least learning rate of those as good as the best."""
        return min(self.rate_of(arm) for arm in self._close)

    @property
    def highest(self) -> float:
        """The greatest learning rate of those as good as the best."""
        return max(self.rate_of(arm) for arm in self._close)

    @property
    def _close(self) -> list[Arm]:
        return [arm for arm in self.learning if self.share(arm) >= CLOSE * self.share(self.best)]

    @property
    def far_below(self) -> bool:
        """Whether only much higher rates learn, and the planned one hardly begins to."""
        higher = self.learning and all((arm.value or 0.0) >= MUCH_HIGHER for arm in self.learning)
        return bool(higher) and self.share(self.control) < STILL

    @property
    def from_start(self) -> bool:
        """Whether every arm began at the weights before the first update."""
        return self.record.words.get("start") == "initial weights"

    def share(self, arm: Arm) -> float:
        """See :func:`trialrun.evidence.learning.share_learnt`."""
        return share_learnt(arm.losses, self.record.floor)

    def rate_of(self, arm: Arm) -> float:
        """The learning rate of ``arm``."""
        return self.rate * (arm.value or 0.0)


def sweep(evidence: Evidence) -> Sweep | None:
    """The sweep in ``evidence``; None where none was run."""
    record = evidence.experiment_named(NAME)
    return None if record is None else sweep_of(record)


def sweep_of(record: ExperimentRecord) -> Sweep | None:
    """The sweep that ``record`` holds; None where it was not run."""
    if record.control is None or not record.control.losses:
        return None
    learning = tuple(arm for arm in record.variants if share_learnt(arm.losses, record.floor) >= LEARNS)
    return Sweep(record, record.control, record.facts["learning_rate"], learning)


def starts_at(evidence: Evidence, rate: float) -> bool:
    """Whether the program makes its very first update at ``rate``: no warm-up leads to it."""
    first = next((update.learning_rates for update in evidence.update if update.learning_rates), ())
    return bool(first) and max(first) >= AS_HIGH * rate


def warmed_up(evidence: Evidence) -> Arm | None:
    """The batch repeated while the rate was raised to the planned one, then held; None where that was not run."""
    record = evidence.experiment_named(WARM_UP)
    return record.variants[0] if record is not None else None


def too_slow(evidence: Evidence) -> str:
    """Why a short training shows nothing: the rate is far below those that learn; "" if it is not."""
    found = sweep(evidence)
    if found is None or not found.far_below:
        return ""
    return (
        f"at its learning rate of {found.rate:.3g} the program needs many more updates than the part that was run: one "
        f"batch is learnt at {found.lowest:.3g} to {found.highest:.3g}"
    )


def rises(evidence: Evidence, rate: float) -> bool:
    """Whether some update was made at a rate clearly above ``rate``, or below it: the program works up to its own."""
    seen = [max(update.learning_rates) for update in evidence.update if update.learning_rates]
    return bool(seen) and (max(seen) > rate / AS_HIGH or seen[0] < AS_HIGH * rate)


def learnt_in_the_end(evidence: Evidence) -> bool:
    """Whether more repeats at the planned rate got somewhere: a large momentum overshoots for longer than an arm."""
    given = judged(evidence)
    return given is not None and given.word in (LEARNT, LEARNING)
