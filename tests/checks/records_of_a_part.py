"""Records of a training on a part of the data, to be changed one field at a time."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from trialrun.evidence.subset import EpochScore, SubsetRecord

from .records import BATCH, LOSS, OPTIMISER, line

PASSES, EACH = 10, 20


def noisy(levels: list[float], scatter: float = 0.05, seed: int = 0) -> tuple[float, ...]:
    """Losses of ``EACH`` updates around each level."""
    drawn = random.Random(seed)
    return tuple(level + drawn.gauss(0, scatter) for level in levels for _ in range(EACH))


def record(levels: list[float], inside: float, outside: float, **changes: Any) -> SubsetRecord:
    scores = [
        score
        for epoch, level in enumerate(levels)
        for score in (
            EpochScore("training", epoch, 400, level, inside, line(35)),
            EpochScore("evaluation", epoch, 400, level, outside, line(50)),
        )
    ]
    whole = SubsetRecord(
        "as it is",
        where=line(35),
        evaluated_at=line(50),
        metric="accuracy",
        share=0.1,
        samples=400,
        epochs=len(levels),
        updates=EACH * len(levels),
        scores=tuple(scores),
        losses=noisy(levels),
        baselines={"majority": 0.11, "linear": 0.95, "nearest neighbour": 0.93},
        baseline_samples=400,
        classes=10,
        nearness=0.55,
    )
    return replace(whole, **changes)


FALLING = [2.3 - 0.1 * epoch for epoch in range(PASSES)]
RESTING = [2.3, 1.5, 1.32, 1.31, 1.3, 1.29, 1.3, 1.31, 1.3, 1.3]
BLIND = {"majority": 0.11, "linear": 0.09, "nearest neighbour": 0.1}
SEEN: dict[str, Any] = {"loss": (LOSS,), "optimiser": (OPTIMISER,), "batch": (BATCH,)}
