"""The host reads a value from the accelerator in every step, and waits for it each time.

## Why is this bad?

An accelerator works through a queue that the host fills ahead. `.item()`, `.cpu()`, `.tolist()` and `float(tensor)`
need a result, so the host waits until the queue is empty, and the device then idles until the host has filled it again.
With small models and short steps this may cost a large part of the time.

## Fix

Add up on the device (`total += loss.detach()`) and read every hundred steps or once an epoch; log `loss.item()` in
some steps only.

## Limits

A note: with long steps the wait hardly matters, and some programs need the value (early stopping, a loop that ends by
its loss, gradient scaling). Reads outside of the training loop, and those that some steps make, are passed over.
Comparisons that Python decides on (`if loss > x`) and masks (`x[x > 0]`) synchronise too and are not seen. Nothing is
told of a run on the CPU.

## References

PyTorch Performance Tuning Guide, "Avoid unnecessary CPU-GPU synchronization".
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.wording import count, names
from trialrun.evidence import Evidence
from trialrun.findings.finding import Finding, Severity


class StepSynchronisation(Check):
    code = "PRF002"
    slug = "step-synchronisation"
    severity = Severity.NOTE
    needs = ("host_read",)

    def unjudged(self, evidence: Evidence) -> str:
        return "" if evidence.host_read[-1].device else "no accelerator is used"

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        record = evidence.host_read[-1]
        reads = record.every_step()
        if not reads:
            return
        first, calls = reads[0], sum(read.calls for read in reads)
        others = [str(read.where) for read in reads[1:] if read.where != first.where]
        also = f", also at {names(others)}" if others else ""
        yield self.finding(
            f"Every step waits for {first.device}: {first.operation}() here{also} ran {count(calls, 'time')} in "
            f"{count(record.steps, 'step')}. Until the device has handed the value over, nothing new is queued for it.",
            "Add up on the device (total += loss.detach()) and read the sum every so many steps or once an epoch.",
            where=first.where,
            measured={"device": first.device, "calls": calls, "steps": record.steps},
            expected="steps without a read from the device",
        )
