"""Assertions for a project's own tests: each measures, and fails with a verdict, its numbers and what to do.

They leave the model, its modes and gradients and the global random generators as they were, and return what they
measured.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trialrun.testing.flow import assert_gradients_flow
    from trialrun.testing.measured import (
        assert_accumulation_equivalent,
        assert_batch_independent,
        assert_deterministic,
        assert_resumable,
    )
    from trialrun.testing.overfits import assert_overfits

__all__ = [
    "assert_accumulation_equivalent",
    "assert_batch_independent",
    "assert_deterministic",
    "assert_gradients_flow",
    "assert_overfits",
    "assert_resumable",
]

# All of them need torch: imported when one is asked for, so that a test runner's plugin costs nothing at its start.
_LAZY = dict.fromkeys(__all__, "measured") | {"assert_gradients_flow": "flow", "assert_overfits": "overfits"}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"trialrun.testing.{_LAZY[name]}"), name)
