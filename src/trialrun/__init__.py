"""Rehearse a PyTorch training program before it costs a night or a cluster."""

from trialrun.expectation import ExpectationError, expect

__version__ = "0.1.0"

__all__ = ["ExpectationError", "__version__", "expect"]
