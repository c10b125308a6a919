"""The subset stage: the whole script once more, training on a fixed part of its data for a few epochs."""

from __future__ import annotations

from dataclasses import dataclass, replace

from trialrun.evidence import Evidence
from trialrun.evidence.subset import SubsetRecord
from trialrun.stages import attempt as attempts
from trialrun.stages.attempt import Attempt, Following
from trialrun.stages.brief import AS_IT_IS, Brief, Subset
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
    following: Following,
) -> SubsetResult:
    """Train on ``share`` of the data; ``seen`` is what smoke left, ``brief`` what it was told."""
    told = Following(progress=lambda stage, steps, loss: following.progress(NAME, steps, loss), output=following.output)
    plan = Subset(
        share=share,
        seconds=LOOPS_SHARE * timeout_s,
        roles=tuple((loop.where.file, loop.where.line, loop.kind) for loop in seen.loop if loop.kind in ROLES),
        loaders=tuple(
            (loader.samples, loader.batch_size, loader.drop_last, loader.sequential)
            for loader in seen.loader
            if loader.training
        ),
    )
    now = replace(
        brief,
        cut=(),
        jump=False,
        hooked_steps=HOOKED_STEPS,
        overfit_steps=0,
        probe_s=0.0,
        subset=plan,
        evidence=f"{brief.evidence}.{NAME}",
        scratch=f"{brief.scratch}.{NAME}",
    )
    attempt = attempts.run(supervisor, now, cold=cold, timeout_s=timeout_s, following=told)
    return SubsetResult((_record(attempt),), attempt.interrupted)


def _record(attempt: Attempt) -> SubsetRecord:
    """What the child has written; why it has not, or why it does not count."""
    records = attempt.evidence.subset
    reason = ""
    if attempt.interrupted:
        reason = "It was interrupted."
    elif attempt.exit.timed_out:
        reason = f"The script had not ended after {attempt.duration_s:.0f} s."
    elif attempt.out_of_memory:
        reason = f"The script was {attempt.out_of_memory}."
    elif attempt.crash is not None:
        reason = f"{attempt.crash.exception} on a part of the data: {attempt.crash.message}"
    elif not records:
        said = [record.reason for record in attempt.evidence.skip if record.what == NAME]
        reason = said[-1] if said else "The script left before its training could be scored."
    if not reason:
        return records[-1]
    return SubsetRecord(AS_IT_IS, "skipped", reason, seconds=attempt.duration_s)
