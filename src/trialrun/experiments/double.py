"""A forward in float64 throughout: what it makes float32 by its own code stays float64."""

from __future__ import annotations

from typing import Any

import torch
from torch.overrides import TorchFunctionMode

_LOW = frozenset((torch.float32, torch.bfloat16, torch.float16))
_CASTS = frozenset((torch.Tensor.float, torch.Tensor.half, torch.Tensor.bfloat16))


class Double(TorchFunctionMode):
    """Casts to a lower precision, as a normalisation in float32 has them, give float64: its error would be taken for
    the model's own."""

    def __init__(self) -> None:
        super().__init__()
        self.raised = 0  # casts

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if func in _CASTS:
            self.raised += 1
            return args[0].double()
        return func(*map(self._raise, args), **{name: self._raise(value) for name, value in (kwargs or {}).items()})

    def _raise(self, value: Any) -> Any:
        if not isinstance(value, torch.dtype) or value not in _LOW:
            return value
        self.raised += 1
        return torch.float64
