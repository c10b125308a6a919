"""Targets of other samples, where no loader's data can be permuted: a fixed function of each sample's content."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from trialrun.capture.subset.samples import fits, prints_of

LEAST_POOL = 16  # targets in the first batch: from as many on they are drawn about as often as in the data


class ExchangedTargets:
    """Gives each sample one of the targets of the first batch, the same one whenever it comes."""

    def __init__(self) -> None:
        self._pool: torch.Tensor | None = None
        self.exchanged = 0  # calls of a loss
        self.refused = 0  # calls whose samples could not be told, or whose targets were too few

    def of(self, inputs: Sequence[torch.Tensor], target: torch.Tensor) -> torch.Tensor:
        """The targets in place of ``target`` (N, ...); ``inputs``: of the model. Call inside ``_torch.reading()``."""
        rows = target.shape[0] if target.ndim else 0
        told = [tensor for tensor in inputs if fits(tensor, rows)]
        if self._pool is None and rows >= LEAST_POOL:
            self._pool = target.detach().clone()
        pool = self._pool
        if not told or pool is None or pool.shape[1:] != target.shape[1:] or pool.dtype != target.dtype:
            self.refused += 1
            return target
        self.exchanged += 1
        places = [int.from_bytes(value, "little") % len(pool) for value in prints_of(told)]
        return pool[torch.tensor(places, device=pool.device)].to(target.device)
