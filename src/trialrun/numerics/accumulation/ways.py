"""The ways of accumulating that are judged beside the user's own: each leaves a gradient in ``.grad``."""

from __future__ import annotations

from typing import Any

from trialrun.numerics.accumulation.gradients import Way
from trialrun.numerics.accumulation.template import accumulate
from trialrun.numerics.accumulation.weights import Right


def naive(model: Any, micro_batches: list[Any], loss: Any) -> None:
    """``(loss / k).backward()``, the recipe of most tutorials."""
    for batch in micro_batches:
        (loss(model, batch) / len(micro_batches)).backward()


def weighted(weights: tuple[float, ...]) -> Way:
    """Each micro-batch's loss times its weight."""

    def way(model: Any, micro_batches: list[Any], loss: Any) -> None:
        for batch, weight in zip(micro_batches, weights, strict=True):
            (loss(model, batch) * weight).backward()

    return way


def template(right: Right) -> Way:
    """``trialrun.accumulate``, told what the loss is a mean over: ``right`` weights stand for the counts."""

    def way(model: Any, micro_batches: list[Any], loss: Any) -> None:
        counts = {id(batch): weight for batch, weight in zip(micro_batches, right.weights, strict=True)}
        for window in accumulate(
            micro_batches,
            len(micro_batches),
            model=model,
            count=(lambda batch: counts[id(batch)]) if right.basis == "own" else None,
            reduction="sum" if right.basis == "sum" else "mean",
        ):
            for micro in window:
                micro.backward(loss(model, micro.batch))

    return way


def planted(right: tuple[float, ...], live: tuple[bool, ...]) -> Way:
    """The negative control: the right weights, but the loss of the first micro-batch with a gradient is not scaled."""
    weights = list(right)
    first = live.index(True)
    weights[first] = 1.0 if abs(right[first] - 1.0) > 1e-3 else 1.0 / len(right)  # of a sum: scaled where none is
    return weighted(tuple(weights))
