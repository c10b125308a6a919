"""Does the order of a sum matter? (1e20 - 1e20) + 1, and sums of the subject's own numbers in several orders.

It does in every format that rounds: the question is by how much, for these numbers. Never BUG.
"""

from __future__ import annotations

import functools
import math
from typing import Any

import torch

from trialrun.evidence.numerics import NumericsResult, Options, Verdict
from trialrun.experiments.formats import DTYPES, spacing
from trialrun.numerics import samples
from trialrun.numerics.subject import Subject, UnsupportedError, call

MOST_ELEMENTS = 2**14  # of a tensor: the first ones are summed
LANES = 64
_BIG = 1e20  # of the textbook example; fp16 ends at 65,504, so there a number is taken that it has


def experiment(subject: Subject, options: Options) -> NumericsResult:
    """Sums of the subject's inputs, outputs and parameters, in each of ``options.dtypes``.

    Raises UnsupportedError where it holds no floating-point number.
    """
    subject = subject.copy()
    held = _own_numbers(subject)
    if not held:
        raise UnsupportedError(f"{subject.name} holds no floating-point tensor of two numbers or more")
    facts: dict[str, Any] = {"big_and_one": {}, "sums": []}
    for name in options.dtypes:
        dtype = DTYPES[name]
        facts["big_and_one"][name] = big_and_one(dtype)
        facts["sums"] += [{"tensor": title, "dtype": name, **sums(tensor.to(dtype))} for title, tensor in held]
    worst = max(facts["sums"], key=lambda found: found["apart_ulp"])
    differing = sum(found["different"] > 1 for found in facts["sums"])
    verdict = Verdict.ROUNDING if differing else Verdict.BITWISE
    reason = (
        f"{differing} of {len(facts['sums'])} sums depend on their order; furthest apart: {worst['tensor']} in"
        f" {worst['dtype']}, {worst['different']} different results of {len(ORDERS)} orders,"
        f" {worst['apart_ulp']:.3g} ULP of the sum apart ({worst['relative_error']:.2g} of the sum of magnitudes off)."
    )
    lines = [
        f"{name}: ({one['big']:g} - {one['big']:g}) + 1 = {one['left']:g}, but {one['big']:g} + (-{one['big']:g} + 1)"
        f" = {one['right']:g}"
        for name, one in facts["big_and_one"].items()
    ]
    return NumericsResult(
        "associativity",
        subject.name,
        verdict,
        reason,
        tuple(lines),
        "Compare results with a tolerance in ULP of the largest term, not bit for bit." if differing else "",
        facts=facts,
    )


def big_and_one(dtype: torch.dtype) -> dict[str, float]:
    """``big``, and (big - big) + 1 beside big + (-big + 1), in ``dtype``."""
    big = torch.tensor(min(_BIG, torch.finfo(dtype).max / 2), dtype=dtype)
    one = torch.ones((), dtype=dtype)
    return {"big": float(big), "left": float((big - big) + one), "right": float(big + (-big + one))}


ORDERS = ("torch.sum", "forwards", "backwards", "ascending", "descending")  # all but the first: added one by one


def sums(tensor: torch.Tensor) -> dict[str, Any]:
    """The sum of all elements of ``tensor`` in each of ``ORDERS``, and how far these are from each other.

    ``apart_ulp`` is their spread in ULP of the exact sum, which float64 stands for; ``relative_error`` the largest
    distance to that, of the sum of magnitudes.
    """
    flat = tensor.detach().flatten()[:MOST_ELEMENTS]
    ascending = flat[flat.double().abs().argsort()]
    orders = (flat, flat.flip(0), ascending, ascending.flip(0))
    found = [float(flat.sum()), *(float(_added(one)) for one in orders)]
    exact = math.fsum(flat.double().tolist())
    magnitude = math.fsum(flat.double().abs().tolist())
    step = float(spacing(torch.tensor(exact), tensor.dtype))
    return {
        "results": dict(zip(ORDERS, found, strict=True)),
        "exact": exact,
        "different": len(set(found)),
        "apart_ulp": (max(found) - min(found)) / step if all(map(math.isfinite, found)) else math.inf,
        "relative_error": max(abs(each - exact) for each in found) / magnitude if magnitude else 0.0,
    }


def _added(flat: torch.Tensor) -> torch.Tensor:
    """The sum of ``flat``, every partial sum rounded to its dtype, as ``sum`` and ``cumsum`` do not for half precision.

    ``LANES`` partial sums go on side by side, which are added one after the other in the end.
    """
    rows = torch.nn.functional.pad(flat, (0, -flat.numel() % LANES)).reshape(-1, LANES)
    lanes = functools.reduce(torch.add, rows.unbind(0))
    return functools.reduce(torch.add, lanes.unbind(0))


def _own_numbers(subject: Subject) -> list[tuple[str, torch.Tensor]]:
    named: list[tuple[str, torch.Tensor]] = []
    for number, tensor in enumerate(samples.tensors(subject.batch)):
        named.append((f"input {number}", tensor))
    with torch.no_grad():
        for number, tensor in enumerate(samples.tensors(call(subject.model, subject.batch))):
            named.append((f"output {number}", tensor))
    if subject.module is not None:
        named.extend(subject.module.named_parameters())
    return [(title, tensor) for title, tensor in named if tensor.is_floating_point() and tensor.numel() > 1]
