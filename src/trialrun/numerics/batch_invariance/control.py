"""The negative control: the same model with a coupled operation behind it, which has to be caught."""

from __future__ import annotations

from typing import Any

import torch

from trialrun.numerics.batch_invariance.coupling import Rows

SHARE = 1e-3  # of the batch's mean, added to every row
COARSE_SHARE = 0.1  # the same where there is no float64


def planted(rows: Rows, share: float) -> Rows:
    """``rows`` with ``share`` of their mean over the batch added, as a statistic over the batch would be."""

    def coupled(batch: Any, size: int) -> list[torch.Tensor]:
        return [output + share * output.mean(0, keepdim=True) for output in rows(batch, size)]

    return coupled
