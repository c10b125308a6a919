"""The gradients of one batch and of its micro-batches, in float64 and float32, and ways of accumulating beside them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import torch

from trialrun.numerics import samples
from trialrun.numerics.accumulation import weights
from trialrun.numerics.accumulation.cuts import spans
from trialrun.numerics.accumulation.gradients import Copy, Way
from trialrun.numerics.accumulation.rule import EXACT, FARTHER, Distances
from trialrun.numerics.accumulation.ways import weighted
from trialrun.numerics.subject import Subject, UnsupportedError

REPEATS = 1e-12  # relative: the same gradient twice in float64; atomics add up in any order
NARROW = 1e-2  # relative: a miss that fewer bits may explain (bf16 has a step of 8e-3)


@dataclass(frozen=True)
class Cut:
    """One way to cut the batch into micro-batches ``pieces``, of ``sizes`` samples.

    Gradients are (parameters,) in float64: ``full`` and ``parts`` computed in it, ``whole`` computed in float32.
    """

    name: str
    sizes: tuple[int, ...]
    pieces: list[Any]
    exact: Copy
    single: Copy
    full: torch.Tensor
    parts: list[torch.Tensor]
    whole: torch.Tensor
    right: weights.Right

    def measure(self, way: Way, what: str) -> tuple[Distances, weights.Fit]:
        """How far the gradient of ``way`` is from that of the batch, and the weights it implies.

        Raises UnsupportedError where it computes in fewer bits than it is handed, and that may be all of the miss.
        """
        exact, single = self.exact.by(way, self.pieces, what), self.single.by(way, self.pieces, what)
        lower = self.single.lower
        found = Distances(
            full=float(self.full.norm()),
            terms=weights.size(self.parts, self.right.weights),
            exact=float((exact - self.full).norm()),
            accumulated=float((single - self.full).norm()),
            whole=float((self.whole - self.full).norm()),
            bitwise=bool(torch.equal(single, self.whole)),
            lower=lower,
            norm=float(exact.norm()),
        )
        if not found.agrees and self.exact.lower and found.relative < NARROW:
            raise UnsupportedError(f"{what} has no float64 path: {self.exact.lower} within it")
        if found.agrees and not found.ratio <= FARTHER:
            fair = self.single.by(weighted(self.right.weights), self.pieces, "the loss")
            found = replace(found, fair=float((fair - self.full).norm()))
        finite = torch.where(exact.isfinite(), exact, torch.zeros_like(exact))
        return found, self._implied(finite)

    def _implied(self, gradient: torch.Tensor) -> weights.Fit:
        """The weights of ``gradient``; where many would do, those that a mistake in the scale alone would leave."""
        found = weights.fit(gradient, self.parts)
        if found.unique or not self.right.basis:
            return found
        for plain in (self.right.weights, (1.0,) * len(self.sizes)):
            scaled = weights.fit(gradient, [weights.combined(self.parts, plain)])
            if scaled.residual <= EXACT:
                implied = tuple(weight * scaled.weights[0] for weight in plain)
                return replace(found, weights=implied, residual=scaled.residual, unique=True)
        return found

    def misses(self, way: Way, what: str) -> float:
        """|g_way - g| / |g| in float64."""
        return float((self.exact.by(way, self.pieces, what) - self.full).norm() / self.full.norm())

    def uncoupled(self) -> Cut:
        """The same, but what has to be met is the micro-batches' mean by samples: of samples that are not coupled."""
        shares = tuple(size / sum(self.sizes) for size in self.sizes)
        full = weights.combined(self.parts, shares)
        whole = self.single.by(weighted(shares), self.pieces, "the loss")
        return replace(self, full=full, whole=whole, right=replace(self.right, weights=shares, basis="samples"))


class Bench:
    """The subject in float64 and in float32, on ``device``; ``frozen``: BatchNorm holds its running statistics."""

    def __init__(self, subject: Subject, device: str, frozen: bool) -> None:
        self.subject = subject
        self.exact = Copy(subject, torch.float64, device, frozen)
        self.single = Copy(subject, torch.float32, device, frozen)

    def cut(self, name: str, sizes: tuple[int, ...]) -> Cut:
        """The gradients of micro-batches of ``sizes`` samples, and of one batch of them all.

        Raises UnsupportedError where the batch's gradient is zero, not finite, random or not computed in float64.
        """
        whole = samples.take(self.subject.batch, range(sum(sizes)))
        pieces = [samples.take(whole, span) for span in spans(sizes)]
        full = self.exact.of(whole)
        norm, lower = float(full.norm()), self.exact.lower
        if not full.isfinite().all():
            raise UnsupportedError(f"the gradient of one batch of {sum(sizes)} samples is not finite in float64")
        if norm == 0:
            raise UnsupportedError(f"the gradient of one batch of {sum(sizes)} samples is zero: nothing to compare")
        again = float((self.exact.of(whole) - full).norm()) / norm
        if not again <= REPEATS:
            raise UnsupportedError(
                f"the gradient of the same batch twice differs by {again:.2g}, with dropout switched off: the loss is"
                " random, or keeps a state. Switch that off (eval mode, rates of 0)"
            )
        parts = [self.exact.of(piece) for piece in pieces]
        for number, part in enumerate(parts, 1):
            if not part.isfinite().all():
                raise UnsupportedError(f"the gradient of micro-batch {number} alone is not finite in float64")
        right = weights.right(full, parts, sizes)
        if right.basis not in ("samples", "sum") and lower and right.fit.residual < NARROW:
            raise UnsupportedError(f"{self.subject.name} has no float64 path: {lower} within it")
        return Cut(name, sizes, pieces, self.exact, self.single, full, parts, self.single.of(whole), right)
