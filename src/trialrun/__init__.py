"""Rehearse a PyTorch training program before it costs a night or a cluster."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from trialrun.expectation import ExpectationError, expect

if TYPE_CHECKING:
    from trialrun.numerics.accumulation.template import accumulate

__version__ = "0.1.0"

__all__ = ["ExpectationError", "__version__", "accumulate", "expect"]

# Names that need torch: imported when they are asked for, so that `import trialrun` stays quick.
_LAZY = {"accumulate": "trialrun.numerics.accumulation.template"}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_LAZY[name]), name)
