"""The numerics laboratory: batch invariance, accumulation, determinism, resuming, worker streams, the order of sums.

Every function gives a :class:`NumericsResult` with one of the verdicts of :class:`Verdict`, and changes nothing of what
it is handed.
"""

from __future__ import annotations

from typing import Any

from trialrun.evidence.numerics import NumericsResult, Options, Verdict
from trialrun.numerics import process
from trialrun.numerics.subject import Subject, from_made

__all__ = ["NumericsResult", "Options", "Subject", "Verdict", "associativity"]


def _made(experiment: str, subject: Subject, **options: Any) -> NumericsResult:
    return process.make(experiment, subject, Options(**options))


def associativity(model: Any, batch: Any, *, dtypes: tuple[str, ...] = ("fp32", "bf16", "fp16")) -> NumericsResult:
    """How far sums of the model's inputs, outputs and parameters depend on their order.

    ``model``: a module or function; ``batch``: what it is called with, axis 0 of each tensor the samples'. Verdict
    BITWISE or ROUNDING.
    """
    return _made("associativity", from_made((model, batch), "model"), dtypes=dtypes)
