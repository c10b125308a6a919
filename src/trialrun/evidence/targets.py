"""Which values the targets of a loss took."""

from __future__ import annotations

from dataclasses import dataclass

from trialrun.evidence.place import Where


@dataclass(frozen=True)
class TargetRange:
    """Targets beyond what one place can take, over all steps; a later record of a place replaces the earlier one.

    Three kinds: class indices that an operation refused (``raised``); negative indices that picked a column of (log-)
    probabilities, counted from its end; targets of binary cross-entropy beyond 0..1 that are whole numbers.
    """

    operation: str  # "cross_entropy", "nll_loss", "one_hot", "getitem", "gather", "binary_cross_entropy", ...
    where: Where | None
    classes: int | None  # columns of the prediction; None for binary targets
    minimum: float  # over all targets met here, those to be ignored left out
    maximum: float
    outside: int  # elements beyond the range
    elements: int
    example: float  # the first of those beyond
    raised: bool = False  # the operation refused them
    used: bool = False  # they are labels, and made gradients: no mask took them out
    elsewhere: bool = False  # binary targets: the scores enter what is backpropagated in another way too
    collides: bool = False  # a negative index and the one it stands for both occur, among log-probabilities
