"""The subset stage: the whole script once more, training on a fixed part of its data for a few epochs."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from trialrun.evidence import Evidence
from trialrun.evidence.loading import LoaderRecord
from trialrun.evidence.scores import LEARNT, best, evaluations, judged_samples, shows_something, trivial
from trialrun.evidence.subset import SubsetRecord
from trialrun.stages import attempt as attempts
from trialrun.stages.attempt import Attempt, Following
from trialrun.stages.brief import AS_IT_IS, PERMUTED, Brief, Subset
from trialrun.target.supervise import Supervisor

NAME = "subset"
ROLES = ("training", "epoch", "evaluation")
HOOKED_STEPS = 4
LOOPS_SHARE = 0.7  # of the time: the rest is for imports, for what stands outside of loops and for simple methods
LEAST_SECONDS = 4.0  # less is not worth a child


@dataclass(frozen=True)
class SubsetResult:
    """What the stage came to."""

    records: tuple[SubsetRecord, ...]
    interrupted: bool = False


def run(
    supervisor: Supervisor,
    brief: Brief,
    seen: Evidence,
    share: float,
    *,
    cold: bool,
    timeout_s: float,
    each_s: float,
    following: Following,
) -> SubsetResult:
    """Train on ``share`` of the data; ``seen`` is what smoke left, ``brief`` what it was told.

    Once more on permuted targets, where nothing was found that carries over. Each takes at most ``each_s`` seconds, and
    both at most ``timeout_s``.
    """
    told = Following(progress=lambda stage, steps, loss: following.progress(NAME, steps, loss), output=following.output)
    begun = time.monotonic()
    records: list[SubsetRecord] = []
    for permuted in (False, True):
        left = min(each_s, timeout_s - (time.monotonic() - begun))
        if permuted and (left < LEAST_SECONDS or not suspicious(records[-1])):
            break
        now = _brief(brief, _plan(seen, share, LOOPS_SHARE * left, permuted))
        attempt = attempts.run(supervisor, now, cold=cold, timeout_s=left, following=told)
        records.append(_record(attempt, PERMUTED if permuted else AS_IT_IS))
        if attempt.interrupted:
            return SubsetResult(tuple(records), True)
    return SubsetResult(tuple(records))


def suspicious(record: SubsetRecord) -> bool:
    """Whether neither the program nor simple methods do better on other samples than guessing does."""
    own, floor = best(record, evaluations(record)), trivial(record)
    if record.outcome != "ran" or own is None or floor is None:
        return False
    found = (own, *(record.baselines[name] for name in LEARNT if name in record.baselines))
    return not any(shows_something(record, score, floor[1], judged_samples(record)) for score in found)


def _plan(seen: Evidence, share: float, seconds: float, permuted: bool) -> Subset:
    return Subset(
        share=share,
        seconds=seconds,
        permuted=permuted,
        roles=tuple((loop.where.file, loop.where.line, loop.kind) for loop in seen.loop if loop.kind in ROLES),
        loaders=tuple(
            (loader.samples, loader.batch_size, loader.drop_last, loader.sequential) for loader in _training(seen)
        ),
    )


def _training(seen: Evidence) -> list[LoaderRecord]:
    """The loaders whose batches train.

    A batch that was evaluated just before an update counts as one of that update: of a program that trains on other
    than loaders, or whose one loop both trains and evaluates.
    """
    evaluated = {loop.where for loop in seen.loop if loop.kind == "evaluation"}
    lines = {(where.file, where.line) for where in evaluated}
    found = [loader for loader in seen.loader if loader.training]
    found = [loader for loader in found if loader.where is None or (loader.where.file, loader.where.line) not in lines]
    shuffled = {loader.where for loader in found if not loader.sequential}
    return [loader for loader in found if not loader.sequential or loader.where not in shuffled]


def _brief(brief: Brief, plan: Subset) -> Brief:
    name = f"{NAME}-permuted" if plan.permuted else NAME
    return replace(
        brief,
        cut=(),
        jump=False,
        hooked_steps=HOOKED_STEPS,
        overfit_steps=0,
        probe_s=0.0,
        subset=plan,
        evidence=f"{brief.evidence}.{name}",
        scratch=f"{brief.scratch}.{name}",
    )


def _record(attempt: Attempt, kind: str) -> SubsetRecord:
    """What the child has written; why it has not, or why it does not count.

    A script that came as far as its evaluation has told what it has to tell: what it raises after that, for want of the
    folds or epochs that were left out, takes nothing away.
    """
    records = attempt.evidence.subset
    reason = ""
    if attempt.interrupted:
        reason = "It was interrupted."
    elif attempt.exit.timed_out:
        reason = f"The script had not ended after {attempt.duration_s:.0f} s."
    elif attempt.out_of_memory:
        reason = f"The script was {attempt.out_of_memory}."
    elif attempt.crash is not None and not (records and evaluations(records[-1])):
        reason = f"{attempt.crash.exception} on a part of the data: {attempt.crash.message}"
    elif not records:
        said = [record.reason for record in attempt.evidence.skip if record.what == NAME]
        reason = said[-1] if said else "The script left before its training could be scored."
    if not reason:
        return records[-1]
    return SubsetRecord(kind, "skipped", reason, seconds=attempt.duration_s)
