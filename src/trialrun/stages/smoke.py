"""The smoke stage: the whole script, its loops cut short, everything that flows through it looked at.

A crash after a cut or a jump is rerun without jumps, then with epoch and evaluation loops complete, then complete: only
what survives is believed. A program that never trained although a loop had been cut is given that loop in full.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from trialrun.errors import UsageError
from trialrun.evidence.program import CrashRecord
from trialrun.evidence.repeats import OverfitRecord
from trialrun.stages import attempt as attempts
from trialrun.stages import belief
from trialrun.stages.attempt import Attempt, Following
from trialrun.stages.brief import Brief
from trialrun.stages.child import REFUSED
from trialrun.target.supervise import Supervisor

HURRY_SHARE = 0.5  # of the time, after which loops are cut as short as they can be
LEAST_SECONDS = 3.0  # less than this is not worth another attempt


@dataclass(frozen=True)
class Rung:
    """How much of the loops is left out."""

    cut: tuple[str, ...]
    jump: bool
    barren: int = 64  # see Policy
    hooked_steps: int | None = None  # a complete run is too long to look at every operation of it
    after: str = (
        "crash"  # which end of the attempt before it asks for this one: "crash" or "nothing" (it never trained)
    )


LADDER = (
    Rung(("training", "epoch", "evaluation"), jump=True),
    Rung(("training", "epoch"), jump=True, barren=1000, after="nothing"),
    Rung(("training", "epoch", "evaluation"), jump=False),
    Rung(("training",), jump=False, hooked_steps=20),
    Rung((), jump=False, hooked_steps=20),
)


@dataclass(frozen=True)
class SmokeResult:
    """The attempt that counts, and what became of a crash."""

    attempt: Attempt
    outcome: str  # "passed" | "failed" | "skipped" | "crashed" | "timeout"
    reason: str | None
    duration_s: float
    crash: CrashRecord | None  # believed; None if there was none or it did not survive
    doubted: CrashRecord | None = None  # a crash that could be neither confirmed nor refuted
    attempts: int = 1


def run(supervisor: Supervisor, brief: Brief, *, cold: bool, timeout_s: float, following: Following) -> SmokeResult:
    """Rehearse the program; at most ``timeout_s`` seconds over all attempts.

    Raises UsageError when the way of containment that was asked for is not to be had.
    """
    begun = time.monotonic()
    first: Attempt | None = None
    last: Attempt | None = None
    repeats: Attempt | None = None  # the one in which a window was repeated
    number, timed = 0, True
    for rung in (LADDER[0], LADDER[0], *LADDER):  # the first once more where a window, or what was timed, spoilt it
        left = timeout_s - (time.monotonic() - begun)
        if last is not None and (left < LEAST_SECONDS or not _worth_another(last, rung)):
            continue
        number += 1
        now = replace(
            brief,
            cut=rung.cut,
            jump=rung.jump,
            barren=rung.barren,
            hooked_steps=rung.hooked_steps,
            hurry_after_s=left * HURRY_SHARE,
            timed=timed,
            overfit_steps=brief.overfit_steps if last is None else 0,
            evidence=f"{brief.evidence}.{number}" if number > 1 else brief.evidence,
            scratch=f"{brief.scratch}.{number}" if number > 1 else brief.scratch,
        )
        last = attempts.run(supervisor, now, cold=cold, timeout_s=left, following=following)
        _raise_refusal(last)
        if now.overfit_steps:
            repeats = last
        spoilt = last.spoilt and (now.overfit_steps or (last.spoilt_by_timing and _crash(last) is not None))
        if spoilt and not (last.interrupted or last.out_of_memory):
            timed = not last.spoilt_by_timing
            continue  # the same once more, without repeating anything
        last = _with_repeats(last, repeats)
        first = first or last
        if last.exit.timed_out and last is not first:
            break
        if brief.pdb or _is_certain(last):  # the user has had the debugger: not again and again
            return _settled(last, _crash(last), time.monotonic() - begun, number)
    first = first or repeats or last
    assert first is not None
    doubted = _crash(first)
    seconds = time.monotonic() - begun
    if doubted is None or last is None:
        return _settled(first, None, seconds, 1)
    longer = max(600, round(4 * timeout_s))
    reason = (
        f"{doubted.exception} after loops had been cut short: {doubted.message}. There was no time to run them "
        f"complete, so it may come from the cut alone. Try --budget {longer}, or a smaller data set."
    )
    return SmokeResult(first, "crashed", reason, seconds, None, doubted)


def _settled(attempt: Attempt, crash: CrashRecord | None, seconds: float, attempts_made: int) -> SmokeResult:
    """The result of an attempt whose end is certain."""
    outcome, reason = "passed", None
    if attempt.interrupted:
        outcome, reason = "skipped", "interrupted"
    elif crash is not None and crash.refused:
        place = f" at {crash.frames[-1].where}" if crash.frames else ""
        outcome, reason, crash = "crashed", f"Stopped{place} by trialrun's own protection: {crash.refused}", None
    elif crash is not None:
        outcome, reason = "crashed", f"{crash.exception}: {crash.message}"
        crash = replace(crash, believed=True)
    elif attempt.exit.timed_out:
        place = f" It stood at {attempt.stuck_at}." if attempt.stuck_at else ""
        outcome, reason = "timeout", f"The script had not ended after {attempt.duration_s:.0f} s.{place}"
    elif not attempt.evidence.attached:
        outcome, reason = "skipped", _why_nothing(attempt)
    elif not attempt.ended:
        reason = f"The script left by os._exit({attempt.exit.status}): what Python does at its end was not rehearsed."
    elif attempt.status and any(record.cut for record in attempt.evidence.loop):
        reason = (
            f"The script ended by itself with status {attempt.status}. Its loops had been cut short, which may be why: "
            "what it does otherwise was not rehearsed."
        )
    return SmokeResult(attempt, outcome, reason, seconds, crash, attempts=attempts_made)


def _is_certain(attempt: Attempt) -> bool:
    """Whether a full run would have ended the same way, as far as cutting loops goes."""
    crash = _crash(attempt)
    if attempt.interrupted or attempt.exit.timed_out:
        return True
    if crash is not None:
        return bool(crash.refused) or belief.certain(crash, attempt.evidence)
    return attempt.evidence.attached or not any(record.cut for record in attempt.evidence.loop)


def _worth_another(attempt: Attempt, rung: Rung) -> bool:
    if attempt.spoilt:
        return rung is LADDER[0]
    return rung is not LADDER[0] and rung.after == ("nothing" if _crash(attempt) is None else "crash")


def _with_repeats(attempt: Attempt, repeats: Attempt | None) -> Attempt:
    """``attempt`` with what an earlier one, in which a window was repeated, found out by that."""
    if repeats is None or repeats is attempt:
        return attempt
    seen = repeats.evidence
    overfit = seen.overfit or (OverfitRecord("broken", repeats.spoilt),)
    return replace(attempt, evidence=replace(attempt.evidence, overfit=overfit, schedule=seen.schedule))


def _raise_refusal(attempt: Attempt) -> None:
    """The way of containment that was asked for is not to be had: nothing was run."""
    for record in attempt.evidence.skip:
        if record.what == REFUSED:
            raise UsageError(record.reason)


def _why_nothing(attempt: Attempt) -> str:
    if not attempt.ended:
        return f"The script left by os._exit({attempt.exit.status}) before any training step."
    if attempt.status:
        return f"The script ended by itself with status {attempt.status} before any training step."
    return (
        "The script ran to its end and no training step was seen: in its main thread no optimiser stepped and no "
        "weight changed. Other threads are not watched; to have it judged, train in the main thread."
    )


def _crash(attempt: Attempt) -> CrashRecord | None:
    """What ended the attempt: an exception, a signal, or memory. A Ctrl-C of ours at the time limit is none."""
    if attempt.out_of_memory:
        return CrashRecord(
            "MemoryError", attempt.out_of_memory, "", phase=_phase(attempt), steps=attempt.evidence.steps
        )
    crash = attempt.crash
    if attempt.exit.timed_out or attempt.interrupted:
        return None
    if crash is not None:
        return crash
    if attempt.exit.signal is not None:
        name = attempts.name_of_signal(attempt.exit.signal)
        words = {
            "SIGKILL": "the process was killed by the system or another program, most often because memory ran out",
            "SIGSEGV": "native code crashed (segmentation fault); stderr.log in the run folder shows where",
            "SIGABRT": "native code aborted; stderr.log in the run folder shows where",
        }.get(name, "the process was ended by a signal")
        return CrashRecord(name, words, "", phase=_phase(attempt), steps=attempt.evidence.steps)
    return None


def _phase(attempt: Attempt) -> str:
    return "training" if attempt.evidence.steps else "before training"
