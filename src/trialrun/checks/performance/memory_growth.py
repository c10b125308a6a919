"""Every step leaves something behind in memory that is never freed.

## Why is this bad?

Memory grows with each step until the process is killed or the device reports that it is out of memory, often after
hours. Mostly results are collected in a list with their graph, or whole, where a number would do.

## Fix

Keep numbers: `losses.append(loss.item())`. Of outputs keep what is needed, without graph and in main memory
(`.detach().cpu()`), and empty the list once per epoch; or write them to a file.

## Limits

What is counted is memory that operations of a step have made and that is still in use at later steps: that of the
items themselves, of optimisers and of the first step does not count, nor do pieces below 256 bytes. Where the training
loop is entered several times, what is emptied after an epoch is no growth. A warning needs about the same amount left
by at least four of five steps, and one GiB of it over the planned run. Passed over: programs that speak of a cache, a
`deque`, a capacity or a replay buffer (they fill and stop growing); those that also take from a container to which they
add, cut it to its last entries, or ask for its length or keys; those with unreached statements that could empty what
grows. Memory that the program keeps outside of torch is not seen, nor is what compiled regions make.

## References

PyTorch documentation, Frequently Asked Questions, "My model reports cuda runtime error(2): out of memory".
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable, Sequence

from trialrun.checks.absence import could_refute
from trialrun.checks.base import Check
from trialrun.checks.performance.containers import kept_small
from trialrun.checks.planned import planned_items
from trialrun.checks.wording import count, number
from trialrun.evidence import Evidence
from trialrun.evidence.footprint import GrowthRecord, Remains
from trialrun.findings.finding import Finding, Severity

OLD = 1  # step after which what remains is taken for kept; of two in a row one is older
LEAST_STEPS = 2  # that can be judged
SHARE = 0.8  # of them that left something
ALIKE = 2.0  # factor to the middle one within which the amounts agree
LEAST_GROWTH_BYTES = 2**30  # over the planned run
BOUNDED = re.compile(r"(?<!empty_)cache|memoi[sz]e|deque|capacity|maxlen|replay|queue", re.IGNORECASE)
EMPTYING = frozenset({"pop", "popleft", "clear", "popitem", "empty", "reset", "flush"})


class MemoryGrowth(Check):
    code = "PRF003"
    slug = "memory-growth"
    severity = Severity.WARNING
    needs = ("growth", "loop_time")

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        record = evidence.growth[-1]
        judged, left = _kept(record)
        steps = _planned_updates(evidence)
        if len(judged) < LEAST_STEPS or len(left) < SHARE * len(judged) or steps is None:
            return
        each = statistics.median(remains.bytes for remains in left)
        alike = [remains for remains in left if each / ALIKE <= remains.bytes <= each * ALIKE]
        if len(alike) < SHARE * len(judged) or each * steps < LEAST_GROWTH_BYTES or _may_be_bounded(evidence):
            return
        training = max((t for t in evidence.loop_time if t.role == "training"), key=lambda time: time.iterations)
        made = f" Most of it was made by {record.operation}." if record.operation else ""
        yield self.finding(
            f"{number(each / 2**20)} MiB of what a step computes is still in memory later: so of {len(alike)} of "
            f"{count(len(judged), 'step')} looked at, {count(left[-1].tensors, 'piece')} in the last of them.{made} "
            f"Over {round(steps):,} steps of the planned run this comes to {number(each * steps / 2**30)} GiB. Likely "
            "results are appended to a list, or added up with their graph. It is right if they are needed to the end "
            "and there is room for them.",
            "Keep numbers (loss.item()), or outputs without graph (.detach().cpu()); empty the list once per epoch.",
            where=record.where or training.where,
            measured={"bytes_per_step": each, "steps_judged": len(judged), "planned_steps": round(steps)},
            expected="nothing but numbers left of a step",
            explained_by=("LOS310",),
        )


def _kept(record: GrowthRecord) -> tuple[Sequence[int], Sequence[Remains]]:
    """The steps that can be judged, and what is left of them.

    What an epoch collects may be let go when the next begins: of several entries the last does not count.
    """
    several = record.entry > 0
    judged = [
        step
        for step, entry in record.steps
        if step and step <= record.step - OLD and (not several or entry < record.entry)
    ]
    return judged, [remains for remains in record.remains if remains.step in judged]


def _planned_updates(evidence: Evidence) -> float | None:
    total = 0.0
    for time in evidence.loop_time:
        if time.role == "training" and time.entries and time.updates_items:
            items = planned_items(evidence, time)
            if items is None:
                return None
            total += items * time.updates / time.updates_items
    return total or None


def _may_be_bounded(evidence: Evidence) -> bool:
    if any(BOUNDED.search(text) for text in evidence.source.values()) or kept_small(evidence.source):
        return True
    return bool(could_refute(evidence, EMPTYING))
