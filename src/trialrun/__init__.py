"""Rehearse a PyTorch training program before it costs a night or a cluster."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from trialrun.expectation import ExpectationError, expect

if TYPE_CHECKING:
    from trialrun.numerics.accumulation.template import accumulate
    from trialrun.numerics.resumable_loader import ResumableLoader
    from trialrun.numerics.states import load_state, save_state

__version__ = "0.1.0"

__all__ = [
    "ExpectationError",
    "ResumableLoader",
    "__version__",
    "accumulate",
    "expect",
    "load_state",
    "numerics",
    "save_state",
    "testing",
]

# Names that need torch: imported when they are asked for, so that `import trialrun` stays quick.
_LAZY = {
    "ResumableLoader": "trialrun.numerics.resumable_loader",
    "accumulate": "trialrun.numerics.accumulation.template",
    "load_state": "trialrun.numerics.states",
    "save_state": "trialrun.numerics.states",
}


_MODULES = ("numerics", "testing")  # as `trialrun.numerics`, without an import of their own


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"trialrun.{name}")
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_LAZY[name]), name)
