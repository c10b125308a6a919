"""How a training on a part of the data is told: "On 10 % of the training data, 5 epochs"."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from trialrun.checks.wording import count, number, percent
from trialrun.evidence.subset import SubsetRecord

_ENDS = 8  # of the losses: as many at either end stand for it


def part(record: SubsetRecord) -> str:
    """ "On 10 % of the training data (380 samples, 5 epochs)"."""
    share = "a part" if record.share is None else "all" if record.share >= 1 else percent(record.share)
    return f"On {share} of the training data ({count(record.samples, 'sample')}, {count(record.epochs, 'epoch')})"


def went(losses: Sequence[float]) -> str:
    """ "2.31 -> 0.4": means over a few losses at either end."""
    few = max(1, min(_ENDS, len(losses) // 4))
    return f"{number(fmean(losses[:few]))} -> {number(fmean(losses[-few:]))}"


def one_score(score: float) -> str:
    """An accuracy or a mean squared error, to three digits."""
    return f"{score:.3g}"
