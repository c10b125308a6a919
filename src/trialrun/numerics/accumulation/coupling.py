"""Do samples influence each other? Then micro-batches cannot give the gradient of one batch, and no code is at fault.

A micro-batch's neighbours are replaced by copies of itself, in float64. Where each sample adds a term of its own to
the loss, those batches' gradients still make up that of the whole batch, whatever the loss divides by; where a
normalisation or a contrast looks at the neighbours, no weights do. A weight that depends on the values of the others
(the root of a mean) does not hold where the parameters are other ones, a count does: so the weights have to fit at
several places at once.
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

MOVED = 0.1  # of a parameter's mean magnitude
FAR = 1.0  # where parameters are few: near each other, their gradients are straight lines that anything fits
MOST_PLACES = 16
_FEW = 8  # parameters a micro-batch: gradients of fewer than that can be fitted by chance


@dataclass(frozen=True)
class Coupling:
    """``kind``: "samples" (they influence each other), "values" (the weight of each depends on what the others' losses
    come to), "shared" (not coupled: the loss has a term that no sample adds, such as a penalty), "" (not coupled).

    ``alone`` and ``replaced``: the least |g - sum w_i g_i|, relative, over all weights, of the micro-batches alone and
    of batches filled with copies of each. ``place``: "model", "loss" or "" (not known). ``norms``: BatchNorm layers
    that use the batch's statistics.
    """

    kind: str
    alone: float
    replaced: float
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
    elements = sum(parameter.numel() for parameter in copy.parameters)
    few = elements < _FEW * parts
    places = [copy]
    while len(places) < 2 or (few and len(places) < MOST_PLACES and len(places) * elements < _FEW * parts):
        moved = Copy(subject, torch.float64, device, frozen)
        moved.move(seed + len(places), FAR if few else MOVED)
        places.append(moved)

    full, here = _at(places, whole), weights.fit(copy.of(whole), [copy.of(piece) for piece in pieces])
    alone = weights.right(full, [_at(places, piece) for piece in pieces], sizes)
    place = _place(copy, whole, filled, sizes[0])
    if few and place == "model":
        return Coupling("samples", alone.fit.residual, alone.fit.residual, place, norms)
    if alone.basis:
        return Coupling("", alone.fit.residual, alone.fit.residual, "", norms)
    replaced = weights.fit(full, [_at(places, batch) for batch in filled]).residual
    if replaced <= EXACT:
        return Coupling("shared", alone.fit.residual, replaced, "loss", norms)
    fits_here = here.unique and here.residual <= EXACT and place != "model"
    return Coupling("values" if fits_here else "samples", alone.fit.residual, replaced, place, norms)


def _at(places: list[Copy], batch: Any) -> torch.Tensor:
    """The gradients of ``batch`` at all places, one after the other."""
    return torch.cat([place.of(batch) for place in places])


def _place(copy: Copy, whole: Any, filled: list[Any], size: int) -> str:
    """Where the neighbours come in: in the model, if its outputs for the first or last samples change with them.

    Both: in a recurrent model that takes axis 0 for time, what comes later does not change what came first.
    """
    try:
        before = copy.value(whole)
        pairs = [(before[:size], copy.value(filled[0])[:size]), (before[-size:], copy.value(filled[-1])[-size:])]
    except UnsupportedError:
        return ""
    if any(one.shape != other.shape for one, other in pairs):
        return ""
    return "model" if any(float((a - b).norm()) > EXACT * float(a.norm()) for a, b in pairs) else "loss"
