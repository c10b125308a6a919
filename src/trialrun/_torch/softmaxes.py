"""What a softmax without ``dim`` made of its input."""

from __future__ import annotations

import sys
from types import FrameType


def implicit_softmax_dimensions() -> int | None:
    """Axes of the input for which ``torch.nn.functional`` is choosing a softmax's axis now; None where it is not.

    It warns before it chooses, in ``_get_softmax_dim(name, ndim, stacklevel)``; no public call tells the input.
    """
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_name != "_get_softmax_dim":
        frame = frame.f_back
    found = None if frame is None else frame.f_locals.get("ndim")
    return found if isinstance(found, int) else None
