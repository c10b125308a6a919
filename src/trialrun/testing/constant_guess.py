"""What a loss comes to where every sample is given the same output: a model that is no better has learnt a constant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from trialrun.numerics import samples
from trialrun.numerics.subject import UnsupportedError


def loss_of_mean_outputs(model: torch.nn.Module, loss: Callable[[], torch.Tensor], count: int) -> float | None:
    """``loss()`` with each output of ``model``, (count, ...), replaced by its mean over the samples.

    None where that says nothing: fewer than two samples, outputs that are not one for each sample, or a loss that does
    not come of them.
    """
    changed = found = False

    def averaged(output: torch.Tensor) -> torch.Tensor:
        nonlocal changed, found
        if not output.is_floating_point() or output.ndim == 0 or len(output) != count:
            return output
        mean = output.mean(0, keepdim=True).expand_as(output)
        found = True
        changed = changed or not torch.allclose(mean, output)
        return mean

    def hook(module: torch.nn.Module, inputs: Any, output: Any) -> Any:
        return samples.mapped(output, averaged)

    if count < 2:
        return None
    try:
        before = float(loss())
        handle = model.register_forward_hook(hook)
        try:
            after = float(loss())
        finally:
            handle.remove()
    except UnsupportedError:  # the user's loss takes no such outputs
        return None
    return None if not found or (changed and after == before) else after
