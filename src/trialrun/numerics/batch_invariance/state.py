"""What the process holds beside the model: as it was, after a measurement and after an exception in it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import torch

from trialrun.experiments import randomness


@contextlib.contextmanager
def untouched() -> Iterator[None]:
    """Within, no gradients are recorded; random generators, default dtype, threads and determinism are put back."""
    generators = randomness.states(())
    dtype, threads = torch.get_default_dtype(), torch.get_num_threads()
    determinism = _determinism()
    try:
        with torch.no_grad():
            yield
    finally:
        randomness.rewind(generators)
        torch.set_default_dtype(dtype)
        if torch.get_num_threads() != threads:
            torch.set_num_threads(threads)
        if _determinism() != determinism:  # the setter imports the compiler: seconds
            torch.use_deterministic_algorithms(determinism[0], warn_only=determinism[1])


def _determinism() -> tuple[bool, bool]:
    return torch.are_deterministic_algorithms_enabled(), torch.is_deterministic_algorithms_warn_only_enabled()
