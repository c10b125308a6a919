"""The rule: when an accumulated gradient is that of one batch. Numbers alone, no tolerance that a scale could fool.

A gradient is off by rounding alone if it agrees with that of one batch in float64, where rounding is far below any
mistake in the weights, and if in float32 it is as near to the float64 one as the batch's own float32 gradient is.
``allclose`` fails right code where gradients are large, and passes any mistake where they are below its 1e-8.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from trialrun.evidence.numerics import Verdict

EXACT = 1e-10  # |g_accumulated - g| / |g| in float64; measured: right code 1e-16..1e-14, mistakes above 1e-3
FARTHER = 4.0  # times as far from float64 as the batch's own float32 gradient; measured: right code 0.4..1.1
COARSE = 0.1  # of the gradient: half of what the smallest common mistake comes to (1/(k-1) for k = 6)
_CANCELLED = 1e-2  # of EXACT: of terms whose sum is smaller than a hundredth of them, float64 knows no more
_HALF_STEP = 2.0**-24  # of float32: what storing the exact gradient may cost; no gradient is held to be nearer


@dataclass(frozen=True)
class Distances:
    """L2 over all parameters; ``full``: norm of the batch's float64 gradient, ``terms``: sum of those of the weighted
    micro-batches, ``exact``: accumulated to full in float64; ``accumulated`` and ``whole``: the float32 gradients'
    distance from the float64 one; ``fair``: that of the right weights, accumulated in float32 (None: not measured).
    ``lower``: the first operation that had fewer bits than float32 in the float32 one; "" if none had.
    ``norm``: of the accumulated gradient in float64.
    """

    full: float
    terms: float
    exact: float
    accumulated: float
    whole: float
    bitwise: bool
    fair: float | None = None
    lower: str = ""
    norm: float = math.nan

    @property
    def relative(self) -> float:
        """|g_accumulated - g| / |g| in float64."""
        return self.exact / self.full

    @property
    def ratio(self) -> float:
        """How many times farther from float64 the float32 accumulated gradient is than the batch's own."""
        return self._over(self.accumulated)

    @property
    def agrees(self) -> bool:
        """Whether float64 finds the same gradient."""
        return self.relative <= EXACT

    def fair_enough(self) -> bool:
        """Whether the right weights keep within the rule in float32."""
        return self.fair is None or self._over(self.fair) <= FARTHER

    def _over(self, distance: float) -> float:
        return distance / max(self.whole, _HALF_STEP * self.full)


def judge(found: Distances, coupled: bool = False) -> tuple[Verdict, str, str]:
    """The verdict, and its sentence and advice where it is neither BITWISE nor ROUNDING nor a plain miss.

    ``coupled``: samples influence each other, so that no micro-batches can give the batch's gradient.
    """
    if not math.isfinite(found.exact):
        return (
            Verdict.BUG,
            "the accumulated gradient is not finite, that of one batch is",
            "Look for a micro-batch over which the loss is a mean of nothing, or a scaled loss that overflows.",
        )
    if not found.agrees:
        if found.exact <= EXACT * _CANCELLED * found.terms:
            return (
                Verdict.INCONCLUSIVE,
                f"the micro-batches' gradients cancel: their sum is {found.full / found.terms:.1g} of their sizes, and"
                " float64 itself is too coarse for the difference",
                "Hand over a model that is not at a minimum of this batch: as it is initialised, for instance.",
            )
        return (Verdict.COUPLED if coupled else Verdict.BUG), "", ""
    if not found.whole <= COARSE * found.full:
        return (
            Verdict.INCONCLUSIVE,
            "float64 agrees, but in float32 the gradient of one batch itself is off by"
            f" {found.whole / found.full:.2g} of it: that error is as large as a mistake's",
            "Scale the loss so that float32 holds its gradient.",
        )
    if found.bitwise:
        return Verdict.BITWISE, "", ""
    if found.ratio <= FARTHER:
        return Verdict.ROUNDING, "", ""
    far = f"in float32 the accumulated gradient is {found.ratio:.3g} times as far from it as that of one batch"
    if found.lower:
        return (
            Verdict.INCONCLUSIVE,
            f"float64 agrees, but {far}, since {found.lower} within it: its own error is as large as a mistake's",
            "Let loss(model, batch) compute in the same precision, autocast included: then they can be compared.",
        )
    if not found.fair_enough():
        return (
            Verdict.INCONCLUSIVE,
            f"float64 agrees, but {far}, and with the right weights it is as well: float32 is too coarse for it",
            "Scale the loss so that float32 holds its gradient, or hand over another batch.",
        )
    return (
        Verdict.BUG,
        f"float64 agrees, but {far}: something on the way has fewer bits than float32",
        "Look for gradients that are kept, added or unscaled in half precision.",
    )
