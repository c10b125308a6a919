"""Dropout is switched off, never matched by its seed: masks of batches of two sizes have nothing in common."""

from __future__ import annotations

import torch
from torch import nn

_MODULES = (nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.AlphaDropout, nn.FeatureAlphaDropout)
_WITHIN = (nn.RNNBase, nn.MultiheadAttention)  # these take a rate of their own


def switch_off(module: nn.Module) -> list[str]:
    """Switches off every dropout of ``module``, a copy, that is in training mode; gives their dotted names."""
    names: list[str] = []
    for name, part in module.named_modules():
        rate = getattr(part, "p" if isinstance(part, _MODULES) else "dropout", 0.0)
        if not part.training or not isinstance(part, (*_MODULES, *_WITHIN)) or not rate:
            continue
        names.append(name)
        if isinstance(part, _MODULES):
            part.eval()
        else:
            part.dropout = 0.0
    return names


def repeats(one: list[torch.Tensor], other: list[torch.Tensor]) -> bool:
    """Whether two runs on the same batch gave the same bits."""
    return all(
        a.shape == b.shape and torch.equal(a.nan_to_num(), b.nan_to_num()) for a, b in zip(one, other, strict=True)
    )
