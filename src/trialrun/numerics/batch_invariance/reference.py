"""The model in float64 throughout: what it makes float32 by its own code stays float64 here."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import torch

from trialrun.experiments.double import Double
from trialrun.experiments.formats import DTYPES
from trialrun.numerics import samples
from trialrun.numerics.batch_invariance.outputs import floats
from trialrun.numerics.subject import UnsupportedError, call, users_code


@contextlib.contextmanager
def _float64_by_default() -> Iterator[None]:
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


def cast(model: Callable[..., Any], dtype: str) -> Callable[..., Any]:
    """``model``, a copy, in ``dtype``; a plain function stays itself.

    Raises UnsupportedError where the module refuses.
    """
    if isinstance(model, torch.nn.Module):
        with users_code(f"the model in {dtype}"):
            return model.to(DTYPES[dtype])
    return model


def exact(model: Callable[..., Any], example: Any) -> Callable[[Any], Any]:
    """What runs ``model``, a copy, in float64; batches are cast.

    Raises UnsupportedError where it cannot be run so, tried on ``example``.
    """
    doubled = cast(model, "fp64")

    def run(batch: Any, mode: contextlib.AbstractContextManager[object]) -> Any:
        with _float64_by_default(), mode:
            return call(doubled, samples.cast(batch, torch.float64))

    seen = Double()
    given = floats(run(example, seen))
    other = [tensor.dtype for _, tensor in given if tensor.dtype != torch.float64]
    if other:
        raise UnsupportedError(f"in float64 the model returns {str(other[0]).removeprefix('torch.')}")
    # A mode switches fused paths off, and these may leave out what is padding: without a cast it is not needed.
    return lambda batch: run(batch, Double() if seen.raised else contextlib.nullcontext())
