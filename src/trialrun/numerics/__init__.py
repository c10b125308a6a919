"""The numerics laboratory: batch invariance, accumulation, determinism, resuming, worker streams, the order of sums.

Every function gives a :class:`NumericsResult` with one of the verdicts of :class:`Verdict`, and changes nothing of what
it is handed.
"""

from __future__ import annotations

from typing import Any

from trialrun.evidence.numerics import NumericsResult, Options, Verdict
from trialrun.numerics import process
from trialrun.numerics.subject import Subject, from_made

__all__ = ["NumericsResult", "Options", "Subject", "Verdict", "associativity", "batch"]


def _made(experiment: str, subject: Subject, **options: Any) -> NumericsResult:
    return process.make(experiment, subject, Options(**options))


def associativity(model: Any, batch: Any, *, dtypes: tuple[str, ...] = ("fp32", "bf16", "fp16")) -> NumericsResult:
    """How far sums of the model's inputs, outputs and parameters depend on their order.

    ``model``: a module or function; ``batch``: what it is called with, axis 0 of each tensor the samples'. Verdict
    BITWISE or ROUNDING.
    """
    return _made("associativity", from_made((model, batch), "model"), dtypes=dtypes)


def batch(
    model: Any,
    batch: Any,
    *,
    dtypes: tuple[str, ...] = ("fp32",),
    fp32_precision: str = "ieee",
    paths: tuple[str, ...] = ("eager",),
    mitigations: bool = False,
    limit: int = 64,
    device: str = "cpu",
    seed: int = 0,
    expect: tuple[str, ...] = (),
) -> NumericsResult:
    """Is a sample's output independent of the batch it is in?

    ``model``: a module, measured in the mode it is in with dropout off, or a function; its outputs need a row for each
    sample. ``batch``: what it is called with, axis 0 of each tensor the samples', 2 or more. ``dtypes`` of fp32, fp64,
    bf16, fp16; ``fp32_precision`` one of ieee, tf32, bf16; ``limit``: largest batch size, in samples; ``expect``:
    verdicts declared legitimate. Distances are in units in the last place (ULP) at a row's maximum, errors relative
    to float64.

    Verdict BITWISE; ROUNDING: as accurate as the sample alone; COUPLED: other samples' values change it; BUG: it
    changes with the batch's size or its position by more than rounding; INCONCLUSIVE; UNSUPPORTED.

    Raises UsageError for an option's unknown name.
    """
    options = {"dtypes": dtypes, "fp32_precision": (fp32_precision,), "paths": paths, "mitigations": mitigations}
    options |= {"limit": limit, "device": device, "seed": seed, "expect": expect}
    return _made("batch", from_made((model, batch), "model"), **options)
