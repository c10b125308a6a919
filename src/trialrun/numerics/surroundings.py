"""What an experiment may change of the process it runs in, and gives back as it was."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import torch

from trialrun.experiments import randomness


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Global random generators, grad mode, thread count and settings of precision and determinism stay as they were."""
    random_states = randomness.states(())
    graded, threads, dtype = torch.is_grad_enabled(), torch.get_num_threads(), torch.get_default_dtype()
    determinism = _determinism()
    cudnn = (torch.backends.cudnn.benchmark, torch.backends.cudnn.deterministic)
    precision = _matmul_precision()
    try:
        yield
    finally:
        torch.set_grad_enabled(graded)
        if torch.get_num_threads() != threads:
            torch.set_num_threads(threads)
        torch.set_default_dtype(dtype)
        if _determinism() != determinism:  # the setter imports the compiler: seconds
            torch.use_deterministic_algorithms(determinism[0], warn_only=determinism[1])
        torch.backends.cudnn.benchmark, torch.backends.cudnn.deterministic = cudnn
        if precision is not None and _matmul_precision() != precision:
            torch.set_float32_matmul_precision(precision)
        randomness.rewind(random_states)


def _matmul_precision() -> str | None:
    try:
        return torch.get_float32_matmul_precision()
    except RuntimeError:  # old and new settings of precision have both been used
        return None


def _determinism() -> tuple[bool, bool]:
    return torch.are_deterministic_algorithms_enabled(), torch.is_deterministic_algorithms_warn_only_enabled()
