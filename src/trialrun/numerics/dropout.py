"""Dropout is switched off, never matched by its seed: masks of batches of two sizes have nothing in common."""

from __future__ import annotations

from torch import nn

_MODULES = (nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.AlphaDropout, nn.FeatureAlphaDropout)
_WITHIN = (nn.RNNBase, nn.MultiheadAttention)  # these take a rate of their own


def switch_off(module: nn.Module) -> list[str]:
    """Set every dropout rate in ``module``, a copy of the user's, to zero; modes stay as they are.

    Gives the dotted names of those that were in training mode and had a rate.
    """
    names: list[str] = []
    for name, part in module.named_modules():
        if not isinstance(part, (*_MODULES, *_WITHIN)):
            continue
        rate = "p" if isinstance(part, _MODULES) else "dropout"
        if part.training and getattr(part, rate):
            names.append(name)
        setattr(part, rate, 0.0)
    return names
