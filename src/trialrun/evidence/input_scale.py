"""Which model inputs are far from unit scale, and what learning from standardised ones shows."""

from __future__ import annotations

import math

from trialrun.evidence.rehearsal import Evidence
from trialrun.evidence.tensors import BatchRecord, TensorCard

NAME = "standardised input"

# This project's own choices. Unit variance gives an RMS of 1, raw digits of 0..16 one of 7, pixels of 0..255 one of
# about 100. Small inputs are told by their largest element: rows of unit length have a small RMS and are right.
LARGE_RMS = 10.0
SMALL_MAXIMUM = 0.05


def is_far(mean: float, std: float, largest: float) -> bool:
    """Whether values of this mean, standard deviation and largest magnitude are far from unit scale."""
    return math.hypot(mean, std) > LARGE_RMS or 0 < largest < SMALL_MAXIMUM


def far_card(card: TensorCard) -> bool:
    """Whether the tensor is a float input far from unit scale."""
    known = (card.mean, card.std, card.minimum, card.maximum)
    if not card.dtype.startswith(("float", "bfloat")) or card.nonfinite_count:
        return False
    mean, std, least, most = (value if value is not None else math.nan for value in known)
    return is_far(mean, std, max(abs(least), abs(most)))


def far_input(evidence: Evidence) -> tuple[BatchRecord, TensorCard] | None:
    """The first far input that enters a trainable layer as it is; None where there is none.

    A normalisation in front takes the scale away; identifiers given as floats belong to an embedding; an input that
    requires grad is differentiated by.
    """
    if not _enters_a_layer(evidence):
        return None
    batches = [batch for batch in evidence.batch if batch.source == "model input"]
    if any(card.requires_grad for batch in batches for card in batch.tensors):
        return None
    return next(((batch, card) for batch in batches for card in batch.tensors if far_card(card)), None)


def _enters_a_layer(evidence: Evidence) -> bool:
    """Whether some model begins with a trainable layer that is no normalisation, and none has an embedding."""
    begins: dict[str, str] = {}
    for row in evidence.layer:
        if "Embedding" in row.cls:
            return False
        if row.leaf and (row.parameters or "Norm" in row.cls):
            begins.setdefault(row.root, row.cls)
    return any("Norm" not in cls for cls in begins.values())
