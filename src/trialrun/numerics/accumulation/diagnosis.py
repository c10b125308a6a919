"""Which mistake gives the implied weights? Numbers alone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

SAME = 1e-5  # relative: what float64 and a fit over thousands of elements know well, and no mistake is as small
UNEXPLAINED = 1e-6  # relative residual
_LARGEST_DIVISOR = 64  # a larger whole number is a chance hit of any factor
_CLIP_EPSILON = 1e-6
_SCALER = 2.0**8  # a gradient scaler's factor is a power of two, and at least that large


@dataclass(frozen=True)
class Cause:
    """A named mistake: what it is called, one sentence on it, and what to do."""

    name: str
    told: str
    fix: str


@dataclass(frozen=True)
class Weighing:
    """``implied`` weights of the micro-batches beside the ``right`` ones; ``sizes`` their samples; ``basis`` what the
    right ones go by; ``live``: which have a gradient; ``residual`` of the fit; ``unique``: whether other weights would
    give the same gradient.
    """

    implied: tuple[float, ...]
    right: tuple[float, ...]
    sizes: tuple[int, ...]
    basis: str
    live: tuple[bool, ...]
    residual: float
    unique: bool = True


def diagnose(found: Weighing) -> Cause:
    """The mistake that ``found`` shows; where it is none that is known, the cause says what is seen."""
    k = len(found.implied)
    if found.residual > UNEXPLAINED:
        return Cause(
            "unexplained",
            f"no weights of the micro-batches explain it: {found.residual:.2g} of the gradient is left over",
            "Look for what changes the gradient besides: clipping by value, noise, a hook, an update in between, a"
            " gradient left from before, another loss than that of the batch.",
        )
    if not found.unique:
        return Cause(
            "ambiguous",
            "other weights would give the same gradient: the samples are alike, or the parameters few",
            "Hand over a batch whose samples differ, and fewer micro-batches than the model has parameters.",
        )
    if found.basis == "":
        return Cause(
            "shared term",
            "the loss has a term that no sample adds, such as a penalty on the weights: each backward adds it",
            "Take the penalty out of the micro-batch's loss and add it once a window, or divide it by their number.",
        )
    at = [index for index in range(k) if found.live[index]]
    for told in (_lost, _uniform, _by_count, _repeated, _single):
        cause = told(found, at)
        if cause is not None:
            return cause
    return Cause(
        "wrong weights",
        "the micro-batches weigh something else than their share",
        "Multiply each loss by its share of what the loss divides by, over all micro-batches of the window.",
    )


def _lost(found: Weighing, at: list[int]) -> Cause | None:
    """Some weigh nothing."""
    largest = max(abs(found.right[i]) for i in at)
    zero = [i for i in at if abs(found.implied[i]) <= SAME * largest]
    kept = [i for i in at if i not in zero]
    if not zero:
        return None
    lost = _listed(zero)
    if not kept:
        return Cause("all cleared", "no micro-batch has any weight: the gradient was cleared after the last backward",
                     "Call zero_grad() after the step, or before the first backward of a window.")  # fmt: skip
    if min(kept) > max(zero):
        only = "the last micro-batch" if kept == at[-1:] else f"what comes from micro-batch {min(kept) + 1} on"
        return Cause(
            "zero_grad inside the window",
            f"only {only} has weight: the gradient was cleared within the window",
            "Call zero_grad() once a window, before its first backward.",
        )
    rest = _rest(found, kept)
    if max(kept) < min(zero):
        return Cause(
            "lost tail",
            f"the last of them ({lost} of {len(found.implied)}) weighs nothing: its gradient is lost{rest}",
            "Make a backward for every micro-batch, and step after the last one too, whatever their number.",
        )
    return Cause("lost micro-batches", f"micro-batch {lost} weighs nothing: its gradient is lost{rest}",
                 "Make a backward for every micro-batch of the window.")  # fmt: skip


def _rest(found: Weighing, kept: list[int]) -> str:
    factors = {round(found.implied[i] / found.right[i], 3) for i in kept if found.right[i]}
    return "" if factors == {1.0} else "; the others are off besides"


def _uniform(found: Weighing, at: list[int]) -> Cause | None:
    """All weights are one number times the right ones."""
    factors = [found.implied[i] / found.right[i] for i in at if found.right[i]]
    k, samples = len(found.implied), sum(found.sizes)
    if not factors or not _all(factors, factors[0]):
        return None
    factor = factors[0]
    mean = found.basis != "sum"
    if _near(factor, 1):
        return Cause("low precision", "the weights are right: what differs is computed in fewer bits than float64",
                     "Look for a cast on the way from the loss to the gradient.")  # fmt: skip
    divided = f"Divide each loss by the number of micro-batches, {k} here."
    if mean and _near(factor, k):
        return Cause("missing 1/k", f"the loss is not divided by the number of micro-batches, {k}", divided)
    if not mean and _near(factor, 1 / k):
        return Cause("mean of sums", f"the loss is a sum, and divided by {k} all the same",
                     "Leave a sum as it is: the batch's loss is the sum as well.")  # fmt: skip
    if mean and k > 1 and (_near(factor, k / (k - 1)) or _near(factor, k / (k + 1))):
        divisor = round(k / factor)
        return Cause("off by one", f"the loss is divided by {divisor}, and there are {k} micro-batches", divided)
    if mean and _near(factor, 1 / k):
        return Cause("divided twice", f"the loss is divided by {k} twice", divided)
    if mean and any(_near(factor, total) for total in (samples, samples / k)):
        by = "" if _near(factor, samples) else f" and divided by {k}"
        return Cause("sum instead of mean", f"the losses of {samples} samples are added up{by}, not averaged",
                     f"Divide by the number of samples in all micro-batches, {samples} here.")  # fmt: skip
    if factor >= _SCALER and _near(math.log2(factor), round(math.log2(factor))):
        return Cause(
            "not unscaled",
            f"all weights are 2^{math.log2(factor):.0f} times the right ones: that of a gradient scaler is still in",
            "Call scaler.unscale_(optimizer) before gradients are read.",
        )
    if mean and 1 < k / factor < _LARGEST_DIVISOR and _near(k / factor, round(k / factor)):
        return Cause("another divisor", f"the loss is divided by {k / factor:.0f}, and there are {k} micro-batches",
                     divided)  # fmt: skip
    return Cause(
        "scaled",
        f"all weights are {factor:.4g} times the right ones",
        "Look for what scales the gradient: clipping by norm, another divisor, a factor of the loss.",
    )


def _by_count(found: Weighing, at: list[int]) -> Cause | None:
    """All weigh the same, or by their samples, where the loss goes by something else."""
    k = len(found.implied)
    implied = [found.implied[i] for i in at]
    counted = [found.implied[i] / found.sizes[i] for i in at]
    by = "samples" if found.basis == "samples" else "what the loss divides by (tokens that count, or class weights)"
    also = _also(implied[0], k)
    fix = f"Weigh each mean by {by}: loss * count / (count of all); trialrun.accumulate(count=...) does."
    if _all(implied, implied[0]) and found.basis == "samples":
        return Cause(
            "ragged tail",
            f"micro-batches of {', '.join(map(str, found.sizes))} samples weigh the same, so that the samples of the"
            f" small one count more{also}",
            f"Weigh each mean by its samples, loss * samples / {sum(found.sizes)}: trialrun.accumulate does. Where"
            " none is ever smaller (drop_last=True), ragged=False leaves this case out.",
        )
    if _all(implied, implied[0]):
        return Cause(
            "mean of means",
            f"all weigh the same: a mean of means (of token means, with padding), where they should go by {by}{also}",
            fix,
        )
    if found.basis == "own" and _all(counted, counted[0]):
        return Cause(
            "weighed by samples",
            f"they weigh by their samples, and should by {by}",
            fix,
        )
    return None


def _repeated(found: Weighing, at: list[int]) -> Cause | None:
    """What is held already is divided again with each micro-batch."""
    k = len(found.implied)
    steps = [found.implied[b] * found.right[a] / (found.implied[a] * found.right[b])
             for a, b in pairwise(at) if found.implied[a] and found.right[b]]  # fmt: skip
    if len(steps) < 2 or not _all(steps, steps[0]) or _near(steps[0], 1):
        return None
    by = f"divided by {k}" if _near(steps[0], k) else f"multiplied by {1 / steps[0]:.4g}"
    return Cause(
        "scaled in place",
        f"each weighs {steps[0]:.4g} times the one before it: the gradient held is {by} again with each backward",
        "Scale the loss, not .grad.",
    )


def _single(found: Weighing, at: list[int]) -> Cause | None:
    """One is off."""
    off = [i for i in at if not _near(found.implied[i], found.right[i])]
    if len(off) != 1:
        return None
    index = off[0]
    factor = found.implied[index] / found.right[index] if found.right[index] else math.inf
    return Cause(
        "one micro-batch",
        f"micro-batch {index + 1} weighs {factor:.4g} times what it should, the others are right",
        "Scale the loss of every micro-batch alike.",
    )


def _also(weight: float, k: int) -> str:
    return "" if _near(weight, 1 / k) else f", and each weighs {weight:.4g}, not 1/{k}"


def _listed(indices: list[int]) -> str:
    return ", ".join(str(index + 1) for index in indices)


def clipped_to(norm: float) -> float | None:
    """The limit that a gradient of ``norm`` was clipped to: a number of two digits, as people write them; else None.

    ``clip_grad_norm_`` divides by the norm plus 1e-6: what it leaves is below the limit by less than that.
    """
    if norm <= 0 or not math.isfinite(norm):
        return None
    limit = float(f"{norm:.1e}")
    return limit if abs(norm - limit) <= min(_CLIP_EPSILON, 1e-4 * norm) else None


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= SAME * abs(other)


def _all(values: list[float], one: float) -> bool:
    return all(_near(value, one) for value in values)
