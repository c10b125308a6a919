"""Whether the learning rate of the part that was run is that of the whole run."""

from __future__ import annotations

from trialrun.evidence.rehearsal import Evidence
from trialrun.evidence.subset import SubsetRecord
from trialrun.evidence.timing import ScheduleRecord

RISING = 1.001  # times the first rate: more than rounding
LOWERED = 0.5  # of its peak


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


def lowered(evidence: Evidence, record: SubsetRecord) -> bool:
    """Whether the rate may have fallen below half of its peak in ``record``, after a tenth of the updates it is for.

    A schedule that is stepped once an epoch runs ahead there: epochs have fewer updates.
    """
    rates = [max(update.learning_rates) for update in evidence.update if update.learning_rates]
    if rates and min(rates) < LOWERED * max(rates):
        return True
    return any(schedule.unplayed != "" or _share_after(schedule, record) < LOWERED for schedule in evidence.schedule)


def _share_after(schedule: ScheduleRecord, record: SubsetRecord) -> float:
    """The least share of its peak that the first group's rate had by the end of ``record``."""
    if not schedule.curve or not schedule.planned_steps or max(schedule.curve) <= 0:
        return 1.0
    once_an_epoch = schedule.planned_epochs is not None and schedule.planned_steps <= 2 * schedule.planned_epochs
    calls = record.epochs if once_an_epoch else record.updates
    reached = min(1.0, calls / schedule.planned_steps)
    points = schedule.curve[: 1 + round(reached * (len(schedule.curve) - 1))]
    return min(points) / max(schedule.curve)
