"""What is switched off while gradients are compared: functional dropout, on demand BatchNorm's batch statistics.

Noise is never matched by a seed: micro-batches draw other numbers than their batch does.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

from trialrun.numerics import samples

_DROPOUTS = frozenset(
    (
        F.dropout,
        F.dropout1d,
        F.dropout2d,
        F.dropout3d,
        F.alpha_dropout,
        F.feature_alpha_dropout,
        torch.dropout,
        torch.dropout_,
        torch.feature_dropout,
        torch.feature_dropout_,
        torch.alpha_dropout,
        torch.alpha_dropout_,
        torch.feature_alpha_dropout,
        torch.feature_alpha_dropout_,
    )
)
_BATCH_NORMS = (torch.nn.BatchNorm1d, torch.nn.BatchNorm2d, torch.nn.BatchNorm3d, torch.nn.SyncBatchNorm)
_ATTENTION = F.scaled_dot_product_attention
_ATTENTION_RATE = 4  # position of its dropout_p
_NORM_TRAINING = 5  # position of F.batch_norm's training


def batch_norms(module: torch.nn.Module) -> list[str]:
    """Names of the BatchNorm layers that normalise by the statistics of the batch."""
    return [
        name
        for name, part in module.named_modules()
        if isinstance(part, _BATCH_NORMS) and (part.training or part.running_mean is None)
    ]


class Quiet(TorchFunctionMode):
    """Within it, functional dropout does nothing.

    ``frozen``: BatchNorm uses its running statistics, whatever its mode. ``lower`` is the first operation whose
    differentiable result has fewer bits than ``dtype``; "" if there was none.
    """

    def __init__(self, dtype: torch.dtype, frozen: bool = False) -> None:
        super().__init__()
        self.lower = ""
        self._dtype = dtype
        self._bits = torch.finfo(dtype).bits
        self._frozen = frozen

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = dict(kwargs or {})
        if func in _DROPOUTS:
            return args[0] if args else kwargs["input"]
        if func is _ATTENTION:
            args, kwargs = _with(args, kwargs, _ATTENTION_RATE, "dropout_p", 0.0)
        elif func is F.batch_norm and self._frozen and len(args) > 1 and args[1] is not None:
            args, kwargs = _with(args, kwargs, _NORM_TRAINING, "training", False)
        elif func is torch.Tensor.backward:
            with self:  # a checkpointed block runs its forward again in the backward
                return torch.autograd.backward(*args, **_renamed(kwargs))
        result = self._run(func, args, kwargs)
        if not self.lower:
            self._look(func, result)
        return result

    def _run(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """``func``, with constants of fewer bits widened where it refuses them: class weights that a loss holds."""
        try:
            return func(*args, **kwargs)
        except RuntimeError as error:
            widened = samples.mapped([list(args), kwargs], self._widened)
            pairs = zip(samples.tensors([list(args), kwargs]), samples.tensors(widened), strict=True)
            if all(old is new for old, new in pairs):
                raise
            try:
                return func(*widened[0], **widened[1])
            except RuntimeError:
                raise error from None

    def _widened(self, tensor: torch.Tensor) -> torch.Tensor:
        learned = tensor.requires_grad and torch.is_grad_enabled()
        if learned or not tensor.is_floating_point() or torch.finfo(tensor.dtype).bits >= self._bits:
            return tensor
        return tensor.to(self._dtype)

    def _look(self, func: Any, result: Any) -> None:
        for tensor in samples.tensors(result):
            if tensor.is_floating_point() and tensor.requires_grad and torch.finfo(tensor.dtype).bits < self._bits:
                self.lower = f"{getattr(func, '__name__', 'an operation')} gives {str(tensor.dtype)[6:]}"


def _with(
    args: tuple[Any, ...], kwargs: dict[str, Any], position: int, name: str, value: Any
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    if len(args) > position:
        return (*args[:position], value, *args[position + 1 :]), kwargs
    return args, {**kwargs, name: value}


def _renamed(kwargs: dict[str, Any]) -> dict[str, Any]:
    """The keywords of ``Tensor.backward`` as ``torch.autograd.backward`` calls them."""
    names = {"self": "tensors", "gradient": "grad_tensors"}
    return {names.get(name, name): value for name, value in kwargs.items()}
