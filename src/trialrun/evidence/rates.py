"""Whether the learning rate of the first updates is that of the run."""

from __future__ import annotations

from trialrun.evidence.rehearsal import Evidence

RISING = 1.001  # times the first rate: more than rounding


def may_rise(evidence: Evidence) -> bool:
    """Whether the learning rate rises after the first updates, by a schedule or by hand: a warm-up."""
    rates = [max(update.learning_rates) for update in evidence.update if update.learning_rates]
    if rates and max(rates) > RISING * rates[0]:
        return True
    for schedule in evidence.schedule:
        if schedule.unplayed and schedule.cls != "ReduceLROnPlateau":
            return True
        if schedule.curve and max(schedule.curve) > RISING * schedule.curve[0]:
            return True
    return False
