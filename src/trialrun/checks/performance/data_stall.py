"""The training loop spends a large part of its time waiting for the next batch.

## Why is this bad?

While the next batch is being made, the model and its device stand idle. A run that waits for half of its time takes
twice as long as it need, and a faster device makes it no faster.

## Fix

Do work that gives the same result each time once, in front of the loop, instead of in `__getitem__` or `collate_fn`
(decoding, parsing, tokenising, spectra), and replace loops over values in Python by operations on whole arrays. Let
worker processes do the rest beside the training: `DataLoader(..., num_workers=4, persistent_workers=True)`, on an
accelerator with `pin_memory=True` and `.to(device, non_blocking=True)`.

## Limits

Judged on the items that ran unwatched; the first of an entry, which starts workers, is left out. A warning needs at
least 30 % of the time of a usual item and a millisecond of it, and five minutes of waiting over the planned run; short
runs and those of unknown length are passed over. A data set that keeps what it has read waits in its first epoch
alone: a program that speaks of a cache gets a note. On an accelerator the host may wait while the device still works:
judged only where the host reads a value from the device in every step. Batches that the body of the loop draws by
itself (`next(it)`, `get_batch()`) are not seen as waiting.

## References

PyTorch documentation, `torch.utils.data`, "Single- and Multi-process Data Loading"; PyTorch Performance Tuning Guide,
"Enable asynchronous data loading and augmentation".
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable, Sequence

from trialrun.checks.base import Check
from trialrun.checks.planned import planned_items
from trialrun.checks.wording import count, number, percent
from trialrun.evidence import Evidence
from trialrun.evidence.timing import LoopTime
from trialrun.findings.finding import Finding, Severity

SHARE = 0.3  # of a step: below, a perfect loader would not make the run even half as fast again
LEAST_WAIT_S = 300.0  # over the planned run: what it takes to be worth a change
LEAST_FETCH_S = 1e-3  # an item: a loader's own work on samples in memory takes about a quarter of that
LEAST_ITEMS = 8
CACHE = re.compile(r"(?<!empty_)cache|memoi[sz]e", re.IGNORECASE)


class DataStall(Check):
    code = "PRF001"
    slug = "data-stall"
    severity = Severity.WARNING
    needs = ("loop_time",)

    def unjudged(self, evidence: Evidence) -> str:
        accelerator = any(record.device for record in evidence.host_read)
        if accelerator and not any(record.every_step() for record in evidence.host_read):
            return "the device may go on working while the host waits for data: no step of it ends with the host's"
        return ""

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        for time in evidence.loop_time:
            if time.role != "training" or not time.entries:
                continue
            items = planned_items(evidence, time)
            fetch, item = _usual(time.fetch_seconds, time.item_seconds, _has_workers(evidence))
            if items is None or fetch < max(LEAST_FETCH_S, SHARE * item) or fetch * items < LEAST_WAIT_S:
                continue
            yield self._waits(evidence, time, items, fetch, item)

    def _waits(self, evidence: Evidence, time: LoopTime, items: float, fetch: float, item: float) -> Finding:
        cached = _keeps(evidence)
        message = (
            f"Training waits {percent(fetch / item)} of its time for the next item: {number(1e3 * fetch)} of "
            f"{number(1e3 * item)} ms in a usual one of {count(len(time.fetch_seconds), 'unwatched item')}. Over "
            f"{round(items):,} items of the planned run these are {number(fetch * items / 60)} minutes. "
        )
        message += (
            "It speaks of a cache: if later epochs read from that, they wait less."
            if cached
            else "It is as it should be only if the data set keeps what it reads and later epochs no longer wait."
        )
        more = "more workers than now" if _has_workers(evidence) else "num_workers=4, persistent_workers=True"
        return self.finding(
            message,
            "Do the part of __getitem__ (or collate_fn, or the generator) that gives the same result each time once, "
            f"before training; let DataLoader workers do the rest beside it ({more}); on an accelerator also "
            "pin_memory=True and .to(device, non_blocking=True).",
            where=time.where,
            severity=Severity.NOTE if cached else None,
            measured={
                "fetch_ms": 1e3 * fetch,
                "item_ms": 1e3 * item,
                "share": fetch / item,
                "planned_items": round(items),
                "planned_wait_s": fetch * items,
            },
            expected=f"less than {percent(SHARE)} of a step spent waiting",
        )


def _usual(fetch: Sequence[float], items: Sequence[float], workers: bool) -> tuple[float, float]:
    """Seconds that the usual item waits, and takes; (0, 0) of too few.

    The first third is left out: workers had fetched ahead. Lower quartiles, because other work on the machine makes
    items slower and nothing makes them faster; but parallel workers deliver in bursts, and of their waits only the mean
    without the longest tenth tells.
    """
    pairs = list(zip(fetch, items, strict=True)) if len(fetch) == len(items) else []
    if len(pairs) < LEAST_ITEMS:
        return 0.0, 0.0
    kept = sorted(pairs[len(pairs) // 3 :])
    if not workers:
        waiting = statistics.quantiles((pair[0] for pair in kept), n=4)[0]
        return waiting, waiting + statistics.quantiles((pair[1] - pair[0] for pair in kept), n=4)[0]
    kept = kept[: len(kept) - max(1, len(kept) // 10)]
    return statistics.fmean(pair[0] for pair in kept), statistics.fmean(pair[1] for pair in kept)


def _keeps(evidence: Evidence) -> bool:
    return any(CACHE.search(text) for text in evidence.source.values())


def _has_workers(evidence: Evidence) -> bool:
    return any("num_workers" in text for text in evidence.source.values())
