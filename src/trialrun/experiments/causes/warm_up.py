"""Does a warm-up make a rate bearable that by itself is too high? The rate raised from near zero, then held."""

from __future__ import annotations

from trialrun.evidence.experiments import ExperimentRecord
from trialrun.evidence.sweep import NAME, STILL, WARM_UP, starts_at, sweep_of
from trialrun.experiments.laboratory import Laboratory, NotToBeRunError, Run

RISING = 60  # repeats from near zero to the planned rate
HELD = 30  # repeats at it


class WarmUp:
    """One run, only where the sweep blames a rate that the program works up to."""

    name = WARM_UP

    def suspicion(self, lab: Laboratory) -> str | None:
        found = sweep_of(lab.done[NAME]) if NAME in lab.done else None
        if found is None or not found.learning or found.share(found.control) >= STILL:
            return None
        if starts_at(lab.evidence, found.rate):
            return None
        return "the program works up to its rate, and held from the start that rate is too high"

    def run(self, lab: Laboratory) -> Run:
        change = f"rate raised over {RISING} steps"
        arm = yield from lab.arm(change, RISING + HELD, seconds=lab.seconds_left, rising=RISING)
        if lab.seconds_left <= 0:
            raise NotToBeRunError(f"There was time for {len(arm.losses)} of {RISING + HELD} repeats.")
        return ExperimentRecord(self.name, where=lab.overfit.where, variants=(arm,), floor=lab.overfit.floor)
