"""Do samples influence each other? Then micro-batches cannot give the gradient of one batch, and no code is at fault.

A micro-batch's neighbours are replaced by copies of itself, in float64. Where each sample adds a term of its own to
the loss, those batches' gradients still make up that of the whole batch, whatever the loss divides by; where a
normalisation or a contrast looks at the neighbours, no weights do. A weight that depends on the values of the others
(the root of a mean) is told by moving the parameters: a count does not change with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from trialrun.numerics import samples
from trialrun.numerics.accumulation import weights
from trialrun.numerics.accumulation.cuts import even, spans
from trialrun.numerics.accumulation.gradients import Copy
from trialrun.numerics.accumulation.quiet import batch_norms
from trialrun.numerics.accumulation.rule import EXACT
from trialrun.numerics.subject import Subject, UnsupportedError

MOVED = 0.02  # of a parameter's mean magnitude
DRIFT = 1e-6  # relative change of the right weights


@dataclass(frozen=True)
class Coupling:
    """``kind``: "samples" (they influence each other), "values" (the weight of each depends on what the others' losses
    come to), "shared" (not coupled: the loss has a term that no sample adds, such as a penalty), "" (not coupled).

    ``alone`` and ``replaced``: the least |g - sum w_i g_i|, relative, over all weights, of the micro-batches alone and
    of batches filled with copies of each. ``drift``: relative change of the right weights with the parameters.
    ``place``: "model", "loss" or "" (not known). ``norms``: BatchNorm layers that use the batch's statistics.
    """

    kind: str
    alone: float
    replaced: float
    drift: float
    place: str
    norms: tuple[str, ...]

    @property
    def coupled(self) -> bool:
        """Whether micro-batches cannot give the batch's gradient by nature."""
        return self.kind in ("samples", "values")


def coupling(subject: Subject, copy: Copy, parts: int, device: str, seed: int, frozen: bool) -> Coupling:
    """Whether the samples of ``subject`` influence each other; ``copy`` is its float64 one, ``parts`` micro-batches."""
    norms = () if frozen else tuple(batch_norms(copy.model))
    sizes = even(samples.count(subject.batch) or 0, parts)
    whole = samples.take(subject.batch, range(sum(sizes)))
    pieces = [samples.take(whole, span) for span in spans(sizes)]
    filled = [samples.take(whole, list(span) * parts) for span in spans(sizes)]
    full = copy.of(whole)
    alone = weights.right(full, [copy.of(piece) for piece in pieces], sizes)
    if alone.basis in ("samples", "sum"):
        return Coupling("", alone.fit.residual, 0.0, 0.0, "", norms)
    if alone.basis == "own":
        drift = _drift(subject, whole, pieces, alone.fit, device, seed, frozen)
        return Coupling("values" if drift > DRIFT else "", alone.fit.residual, 0.0, drift, "loss", norms)
    replaced = weights.fit(full, [copy.of(batch) for batch in filled]).residual
    if replaced <= EXACT:
        return Coupling("shared", alone.fit.residual, replaced, 0.0, "loss", norms)
    place = _place(copy, whole, filled[0], sizes[0])
    return Coupling("samples", alone.fit.residual, replaced, 0.0, place, norms)


def _drift(
    subject: Subject, whole: Any, pieces: list[Any], before: weights.Fit, device: str, seed: int, frozen: bool
) -> float:
    """The relative change of the right weights when every parameter is moved a little; 0 where they are not unique."""
    moved = Copy(subject, torch.float64, device, frozen)
    moved.move(seed, MOVED)
    after = weights.fit(moved.of(whole), [moved.of(piece) for piece in pieces])
    if not (before.unique and after.unique):
        return 0.0
    changes = [abs(now - then) for then, now in zip(before.weights, after.weights, strict=True)]
    return max(changes) / max(map(abs, before.weights))


def _place(copy: Copy, whole: Any, filled: Any, first: int) -> str:
    """Where the neighbours come in: in the model, if its outputs for the first samples change with them."""
    try:
        one, other = copy.value(whole)[:first], copy.value(filled)[:first]
    except UnsupportedError:
        return ""
    if one.shape != other.shape:
        return ""
    return "model" if float((one - other).norm()) > EXACT * float(one.norm()) else "loss"
