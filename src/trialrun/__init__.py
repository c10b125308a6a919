"""Rehearse a PyTorch training program before it costs a night or a cluster."""

__version__ = "0.1.0"

__all__ = ["__version__"]
