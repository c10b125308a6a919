"""What becomes of each schedule over the planned run: its record, from playing a copy forward."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import Any

from trialrun.capture.playing import Play, play, same
from trialrun.capture.rhythm import Planned
from trialrun.capture.schedules import Book, Schedule, falls, own_horizon, peak_of, waits_for_metric
from trialrun.evidence.timing import FADED_SHARE, ScheduleRecord

CURVE_POINTS = 64
MAX_SCHEDULES = 16  # played for one program: folds and restarts build the same one again and again
MAX_SECONDS = 3.0  # for all of them together
BEYOND = 1.1  # a schedule is played this much past the longest count it may have been set for
UNDERFLOW = 1e-12  # a share that becomes 0 from below this one was rounded away, not set to 0


def forecasts(books: Iterable[Book]) -> Iterator[ScheduleRecord]:
    """The records of all schedules that were stepped inside a loop."""
    deadline = time.perf_counter() + MAX_SECONDS
    stepped = [(book, schedule) for book in books for schedule in book.whole() if schedule.start is not None]
    for book, schedule in stepped[:MAX_SCHEDULES]:
        planned, updates = schedule.planned(), book.updates.planned()
        reason = _unplayable(schedule, book, planned)
        if not reason and time.perf_counter() > deadline:
            reason = f"all schedules together took {MAX_SECONDS:.0f} s to play"
        facts: dict[str, Any] = {}
        if planned is not None and not reason:
            reason, facts = _played(schedule.start, planned.visits, updates)
        if "peak" not in facts:
            facts["peak"] = peak_of(schedule, book) or ()
        yield ScheduleRecord(
            cls=schedule.cls,
            where=schedule.where,
            optimiser=book.ident,
            steps_seen=schedule.seen,
            in_loop=schedule.calls.loops[0] if schedule.calls.loops else None,
            planned_steps=None if planned is None else planned.visits,
            exact=planned is not None and planned.exact,
            loops=schedule.calls.loops,
            lengths=() if planned is None else planned.lengths,
            planned_updates=None if updates is None else updates.visits,
            planned_batches=None if updates is None else updates.items,
            planned_epochs=None if updates is None else updates.passes,
            before_backward=_before_backward(schedule),
            unplayed=reason,
            **facts,
        )


def _before_backward(schedule: Schedule) -> tuple[float, float] | None:
    if not schedule.leads or not schedule.rates:
        return None
    before, after = schedule.rates[0]
    return (before[0], after[0]) if before and after else None


def _unplayable(schedule: Schedule, book: Book, planned: Planned | None) -> str:
    """Why the copy says nothing of the full run; "" if it does."""
    if waits_for_metric(schedule.start):
        return "its rate depends on what the run measures"
    if schedule.arguments:
        return "its step() is told the epoch"
    if len(schedule.places) > 1:
        return "it is stepped on several lines"
    if not set(schedule.calls.loops) & set(book.updates.loops):
        return "its optimiser makes no update in the loops that step it"
    if planned is None:
        return "how often the full run steps it is not known"
    if not _repeats(schedule):
        return "its rates are also set elsewhere: a copy of it goes another way"
    return ""


def _repeats(schedule: Schedule) -> bool:
    """Whether a copy passes through the very rates that were seen."""
    copied = play(schedule.start, len(schedule.rates))
    if copied.raised_at is not None and not schedule.raised:
        return False
    for call, (before, after) in enumerate(schedule.rates):
        if call + 1 >= len(copied.rates):
            return copied.raised_at is not None
        for seen, told in ((before, copied.rates[call]), (after, copied.rates[call + 1])):
            if len(seen) != len(told) or not all(map(same, seen, told)):
                return False
    return True


def _played(start: Any, calls: int, updates: Planned | None) -> tuple[str, dict[str, Any]]:
    """Why it could not be played to its end, and what was found if it could."""
    run = play(start, calls)
    if run.raised_at is None and run.calls[-1] < calls:
        return f"only {run.calls[-1]:,} of its {calls:,} calls could be played", {}
    peak = run.peak()
    shares = _shares(run, peak)
    horizon = own_horizon(start) if falls(start) else None
    if horizon is None:
        longest = max(calls, updates.items if updates is not None else 0)
        horizon = _horizon(play(start, math.ceil(BEYOND * longest) + 2))
    whole = play(start, min(horizon, calls * 1000)).peak() if horizon is not None and horizon > calls else peak
    return "", {
        "curve": tuple(run.rates[index][0] for index in _thinned(len(run.rates))) if peak else (),
        "peak": peak,
        "raised": run.raised,
        "raised_at": run.raised_at,
        "horizon": horizon,
        "share_at_end": max(_shares(run, whole)[-1:], default=None),
        "faded_at": _faded_at(run, shares),
        "lowest": min((min(rates) for rates in run.rates[:-1] if rates), default=None),
        "turns": _turns(shares),
    }


def _shares(played: Play, peak: Sequence[float]) -> list[float]:
    """After each call, the largest rate of all groups relative to the group's peak."""
    groups = [index for index, top in enumerate(peak) if top > 0]
    return [max(rates[index] / peak[index] for index in groups) for rates in played.rates] if groups else []


def _faded_at(run: Play, shares: Sequence[float]) -> int | None:
    kept = len(shares)
    while kept and shares[kept - 1] < FADED_SHARE * (1 - 1e-6):  # three steps of 0.1 are not below it
        kept -= 1
    return run.calls[kept] if kept < len(shares) else None


def _turns(shares: Sequence[float]) -> int:
    """How often a fall is followed by a rise."""
    ways = (right > left for left, right in pairwise(shares) if not same(left, right))
    runs = [rising for rising, _ in groupby(ways)]
    return sum(runs[1:])


def _horizon(beyond: Play) -> int | None:
    """The first call at which it is at its lowest, where it has gone no lower by the end of what was played."""
    shares = _shares(beyond, beyond.peak())
    if not shares:
        return None
    top = shares.index(max(shares))
    zero = next((index for index in range(top, len(shares)) if shares[index] <= 0.0), None)
    low = min(shares[top:])
    found = zero if zero is not None else next(i for i in range(top, len(shares)) if same(shares[i], low))
    ends = found == len(shares) - 1 and beyond.raised_at is None
    last = shares[found - max(2, found // 5) : found + 1]
    stairs = sum(not same(left, right) for left, right in pairwise(last)) < len(last) / 2  # a low, until its next step
    if ends or stairs or low > 0.5 or (zero is not None and shares[max(zero - 1, 0)] < UNDERFLOW):
        return None
    return beyond.calls[found]


def _thinned(points: int) -> list[int]:
    """At most ``CURVE_POINTS`` indices, the first and the last among them."""
    if points <= CURVE_POINTS:
        return list(range(points))
    return [round(index * (points - 1) / (CURVE_POINTS - 1)) for index in range(CURVE_POINTS)]
