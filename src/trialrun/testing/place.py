"""What model was handed over, where it is, and what of it an assertion leaves as it was."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import torch

from trialrun.errors import UsageError
from trialrun.numerics.plain_values import seed_all
from trialrun.numerics.surroundings import undisturbed


def handed(model: Any) -> Any:
    """``model``; that of a compiled one: any copy of it would be compiled anew, and its names have a prefix.

    Raises UsageError where it cannot be called.
    """
    if not callable(model):
        raise UsageError(f"model={model!r:.80} is a {type(model).__name__}: hand over a torch.nn.Module.")
    return getattr(model, "_orig_mod", model)


def device_of(model: Any) -> str:
    """The device of the first parameter or buffer; "cpu" where there is none."""
    if isinstance(model, torch.nn.Module):
        for tensor in (*model.parameters(), *model.buffers()):
            return str(tensor.device)
    return "cpu"


@contextlib.contextmanager
def left_alone(model: Any, seed: int) -> Iterator[None]:
    """Gradients are recorded, global generators seeded; at the end those, all settings and ``model`` are as before.

    All is measured on copies; a loss that calls the model by a name of its own instead of the one it is handed would
    still write into it.
    """
    parameters = list(model.parameters()) if isinstance(model, torch.nn.Module) else []
    gradients = [None if p.grad is None else (p.grad, p.grad.detach().clone()) for p in parameters]
    buffers = list(model.buffers()) if isinstance(model, torch.nn.Module) else []
    held = [buffer.detach().clone() for buffer in buffers]
    with undisturbed(), torch.inference_mode(False), torch.enable_grad():
        seed_all(seed)
        try:
            yield
        finally:
            for parameter, kept in zip(parameters, gradients, strict=True):
                _put_back(parameter, kept)
            for buffer, before in zip(buffers, held, strict=True):
                if not buffer.is_inference() and not torch.equal(buffer, before):
                    buffer.detach().copy_(before)


def _put_back(parameter: torch.Tensor, kept: tuple[torch.Tensor, torch.Tensor] | None) -> None:
    if kept is None:
        parameter.grad = None
        return
    gradient, values = kept
    if parameter.grad is not gradient:
        parameter.grad = gradient
    if gradient.layout is torch.strided and not torch.equal(gradient, values):
        gradient.detach().copy_(values)
