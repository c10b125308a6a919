"""A learning-rate schedule does not fit the planned run: it is over far too early, raises, or hardly begins.

## Why is this bad?

A schedule counts the calls of its `step()`. Stepped once per batch with a length in epochs, it is through its whole
course after a few batches: from there on the rate is next to nothing, swings wildly, is negative, or the scheduler
raises in the middle of a long run. Stepped once per epoch with a length in batches, it never leaves its beginning: the
rate does not decay, or stays in its warm-up. The loss still falls somewhat, so nobody notices.

## Fix

Give the length in the unit in which `step()` is called. Per epoch: `T_max=epochs`, with `scheduler.step()` after the
loop over batches. Per update: `T_max=epochs * len(loader)` (`OneCycleLR(total_steps=...)` alike), with
`scheduler.step()` right after `optimizer.step()`. With gradient accumulation divide by the batches per update.

## Limits

The schedule is played forward on a copy over as many calls as the loops around its `step()` have iterations. It is a
warning if the rate falls below 1/1000 of its peak in the first 60 % of these calls and stays there (steps of decay,
warm restarts, a ramp to 0 at the end are none), if it becomes negative, if the scheduler raises, or if the length it
was set for is that of the epochs while it is stepped per update, or that of the batches while it is stepped far less
often. A loop that a `break`, `return` or `exit` may leave early counts up to where it cannot have been left. Not
judged: loops of unknown length (`while`), a `step()` that only some epochs reach or that is told the epoch, schedules
that wait for a metric, rates that are also set by hand, and a fading rate where other optimisers go on.

## References

PyTorch documentation, "How to adjust learning rate" (`torch.optim`); Loshchilov and Hutter, "SGDR: Stochastic Gradient
Descent with Warm Restarts", 2017; Smith and Topin, "Super-Convergence", 2018.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from trialrun.checks.base import Check
from trialrun.checks.leaving import may_be_left
from trialrun.checks.wording import count, number, percent
from trialrun.evidence import Evidence
from trialrun.evidence.timing import FADED_SHARE, ScheduleRecord
from trialrun.findings.finding import Finding, Severity

EARLY_SHARE = 0.6  # of the planned run: recipes that decay to nothing on purpose do it in their last third
CLEARLY_NEGATIVE = 0.05  # of the peak; one step beyond 0 may come from a count that is off by one
FITS_SHARE = 0.02  # how close two counts must be to be the same one, rounding of the last batch aside
LEAST_EPOCHS = 3
LEAST_BATCHES = 10  # per epoch: below, counts of epochs and of batches are easily confused by us
TURNS = 10  # of a cosine within the planned run, beyond any use as a cycle if they come twice an epoch

_COSINES = ("CosineAnnealingLR", "CosineAnnealingWarmRestarts")


@dataclass(frozen=True)
class _Misfit:
    message: str
    fix: str


class ScheduleExhausted(Check):
    code = "OPT506"
    slug = "schedule-exhausted"
    severity = Severity.WARNING
    needs = ("schedule",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        told = set()
        idle = {optimiser.id for optimiser in evidence.optimiser if not optimiser.gradients_seen}  # to draw a schedule
        for record in evidence.schedule:
            if record.unplayed or not record.planned_steps or record.where in told or record.optimiser in idle:
                continue
            misfit = (
                _raises(record, evidence)
                or _set_per_epoch(record)
                or _negative(record, evidence)
                or _swings(record, evidence)
                or _faded(record, evidence)
                or _set_per_batch(record)
            )
            if misfit is None:
                continue
            told.add(record.where)  # the same line in another fold, with another optimiser
            yield self.finding(
                misfit.message,
                misfit.fix,
                where=record.where,
                measured={
                    "scheduler": record.cls,
                    "planned_calls": record.planned_steps,
                    "planned_updates": record.planned_updates,
                    "planned_epochs": record.planned_epochs,
                    "horizon": record.horizon,
                    "raised_at": record.raised_at,
                    "faded_at": record.faded_at,
                    "lowest_rate": record.lowest,
                    "curve": record.curve,
                },
                expected="a rate that is neither spent long before the planned run ends nor left at its beginning",
            )


def _raises(record: ScheduleRecord, evidence: Evidence) -> _Misfit | None:
    sure = _sure_calls(record, evidence)
    if record.raised_at is None or record.raised_at > (sure if record.exact else 0.9 * sure):
        return None
    hint = _unit_hint(record)
    return _Misfit(
        f"{record.cls} raises at call {number(record.raised_at)} of {_calls(record)} planned: {record.raised}.{hint}",
        _per_update_fix(record) if hint else "Give it as many steps as the run makes calls of its step().",
    )


def _set_per_epoch(record: ScheduleRecord) -> _Misfit | None:
    """Stepped per update, over as soon as there were as many calls as there are epochs."""
    if not (_like_epochs(record) and _falls(record)) or (record.turns and record.cls not in _COSINES):
        return None
    swings = f" It then turns up again {count(record.turns, 'time')}." if record.turns else ""
    return _Misfit(
        f"{record.cls} has run its course after {count(record.horizon or 0, 'call')}, but is stepped once per update: "
        f"{_calls(record)} over {count(record.planned_epochs or 0, 'epoch')}.{swings}{_ends(record)} "
        f"Its length looks like a number of epochs.",
        _per_update_fix(record),
    )


def _negative(record: ScheduleRecord, evidence: Evidence) -> _Misfit | None:
    top = max(record.peak, default=0.0)
    if record.lowest is None or record.lowest >= -CLEARLY_NEGATIVE * top:
        return None
    if record.horizon is None or record.horizon > EARLY_SHARE * _sure_calls(record, evidence):
        return None
    return _Misfit(
        f"{record.cls} makes the rate negative over the {_calls(record)} planned: it reaches 0 after "
        f"{count(record.horizon, 'call')} and ends at {number(record.lowest)}, at which updates climb the loss.",
        "Set its length to the number of calls of its step(), and keep the factor at 0 or above.",
    )


def _swings(record: ScheduleRecord, evidence: Evidence) -> _Misfit | None:
    """A cosine, which has no restarts of its own, that goes up and down several times within each epoch."""
    epochs = record.planned_epochs or 0
    if record.cls != "CosineAnnealingLR" or not epochs or not _per_update(record):
        return None
    if record.turns < TURNS or record.turns < 2 * epochs or not _sure_calls(record, evidence):
        return None
    return _Misfit(
        f"CosineAnnealingLR comes back up {count(record.turns, 'time')} over the {_calls(record)} planned, "
        f"{number(round(record.turns / epochs))} times per epoch: T_max is {number(record.horizon)} calls, and it is "
        f"stepped once per update.",
        _per_update_fix(record),
    )


def _faded(record: ScheduleRecord, evidence: Evidence) -> _Misfit | None:
    sure = _sure_calls(record, evidence)
    if record.faded_at is None or record.faded_at >= EARLY_SHARE * sure:
        return None
    if sum(1 for optimiser in evidence.optimiser if optimiser.steps > 0) > 1:
        return None  # one that is switched off while others go on may be meant
    share = record.faded_at / record.planned_steps if record.planned_steps else 0.0
    per_update = _per_update(record)
    return _Misfit(
        f"{record.cls} brings the rate below {number(FADED_SHARE)} of its peak, {number(max(record.peak))}, after "
        f"{number(record.faded_at)} of {_calls(record)} planned ({percent(share)}), and it stays there: the rest of "
        f"the run trains almost nothing." + (" It is stepped once per update, not per epoch." if per_update else ""),
        _per_update_fix(record)
        if per_update
        else "Let the rate decay over the whole run, or plan fewer epochs. If the run is meant to idle, this is "
        "legitimate.",
    )


def _set_per_batch(record: ScheduleRecord) -> _Misfit | None:
    """Set for as many calls as there are batches or updates, and stepped far less often."""
    planned, epochs, horizon = record.planned_steps or 0, record.planned_epochs or 0, record.horizon
    batches, updates = record.planned_batches or 0, record.planned_updates or 0
    if horizon is None or epochs < 2 or batches < LEAST_BATCHES * epochs or planned > horizon / 2:
        return None
    if record.cls == "MultiStepLR" or not any(_close(horizon, total, epochs) for total in (batches, updates)):
        return None
    often = "once per epoch" if planned == epochs else f"once every {number(round(batches / planned))} batches"
    return _Misfit(
        f"{record.cls} is set for {count(horizon, 'call')}, about as many as the run has batches "
        f"({number(batches)}), but is stepped {often}: {_calls(record)} planned.{_ends(record)}",
        ("Set" if planned == updates else "Call scheduler.step() right after optimizer.step(), or set")
        + f" its length to the number of its calls, {'' if record.exact else 'about '}{number(planned)}.",
    )


def _sure_calls(record: ScheduleRecord, evidence: Evidence) -> float:
    """Calls the full run makes at least: loops that may be left early count no further."""
    held = 0  # loops around it, from within, that cannot be left early
    while held < len(record.loops) and not may_be_left(record.loops[held], evidence.source):
        held += 1
    return math.prod(record.lengths[:held]) * _calls_per_item(record) if held else 0.0


def _calls_per_item(record: ScheduleRecord) -> float:
    return (record.planned_steps or 0) / max(1, math.prod(record.lengths))


def _per_update(record: ScheduleRecord) -> bool:
    planned, updates, epochs = record.planned_steps or 0, record.planned_updates, record.planned_epochs
    return bool(updates and epochs) and planned >= 0.9 * (updates or 0) and planned >= LEAST_BATCHES * (epochs or 0)


def _like_epochs(record: ScheduleRecord) -> bool:
    """Stepped per update, and set for about as many calls as there are epochs."""
    epochs, horizon = record.planned_epochs or 0, record.horizon
    if horizon is None or epochs < LEAST_EPOCHS or not _per_update(record):
        return False
    if record.cls == "MultiStepLR":  # its last milestone
        return epochs / 4 <= horizon <= epochs
    return abs(horizon - epochs) <= max(1, 0.05 * epochs)


def _falls(record: ScheduleRecord) -> bool:
    return record.lowest is not None and record.lowest <= 0.5 * max(record.peak, default=0.0)


def _close(horizon: int, total: int, epochs: int) -> bool:
    return total > 0 and abs(horizon - total) <= max(epochs, FITS_SHARE * total)


def _calls(record: ScheduleRecord) -> str:
    return ("" if record.exact else "about ") + count(record.planned_steps or 0, "call")


def _ends(record: ScheduleRecord) -> str:
    """What the rate is after the planned calls."""
    if record.share_at_end is None or not record.curve:
        return ""
    if record.lowest is not None and record.lowest < -CLEARLY_NEGATIVE * max(record.peak, default=0.0):
        return f" The rate then becomes negative, {number(record.lowest)} at worst: such updates climb the loss."
    return f" The rate ends the run at {percent(max(0.0, record.share_at_end))} of its peak."


def _unit_hint(record: ScheduleRecord) -> str:
    if not _like_epochs(record):
        return ""
    return f" It is stepped once per update, and {number(record.horizon)} looks like a number of epochs."


def _per_update_fix(record: ScheduleRecord) -> str:
    updates, epochs = record.planned_updates or 0, record.planned_epochs or 1
    return (
        "Call scheduler.step() once per epoch, after the loop over batches, or give its lengths in updates: "
        f"{number(updates // epochs)} per epoch, {number(updates)} in all."
    )
