"""Known ways to make a sample's bits independent of its batch, as they would be served."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch

from trialrun.experiments.formats import DTYPES
from trialrun.numerics import samples
from trialrun.numerics.batch_invariance.coupling import Rows
from trialrun.numerics.batch_invariance.measuring import Bench, rows_like
from trialrun.numerics.batch_invariance.outputs import Layout
from trialrun.numerics.batch_invariance.paths import PATHS
from trialrun.numerics.batch_invariance.reference import cast
from trialrun.numerics.subject import UnsupportedError, call

_HIGHER = {"bf16": "fp32", "fp16": "fp32", "fp32": "fp64"}


@dataclass(frozen=True)
class Ground:
    """What a mitigation is made of: ``fresh()`` gives a copy of the model in ``dtype``, ``plain`` runs one eagerly."""

    fresh: Callable[[], Callable[..., Any]]
    plain: Rows
    layout: Layout
    bench: Bench
    dtype: str


@dataclass(frozen=True)
class Mitigation:
    """``name`` is that of the ``path`` column; ``prepare`` raises UnsupportedError where the model refuses it."""

    name: str
    says: str
    prepare: Callable[[Ground], Rows]


def mitigations(dtype: str, limit: int, paths: tuple[str, ...]) -> list[Mitigation]:
    """Those that are measured in ``dtype``; an engine of ONNX only where ``paths`` asks for it."""
    found = [
        Mitigation("eager+pad", f"every batch padded to {limit}", lambda ground: padded(ground.plain, lambda _: limit)),
        Mitigation("eager+bucket", "padded to powers of two", lambda ground: padded(ground.plain, bucket)),
        Mitigation("eager+deterministic", "deterministic algorithms", _deterministic),
    ]
    if dtype in _HIGHER:
        higher = _HIGHER[dtype]
        found.append(Mitigation(f"eager+{higher}", f"{higher} within, rounded back", _in_higher_precision))
    engines = ("export", "onnx") if "onnx" in paths else ("export",)
    return found + [Mitigation(f"{name}+engine", f"one engine by {name}", _engine(name)) for name in engines]


def bucket(size: int) -> int:
    """The smallest power of two that holds ``size`` samples."""
    return 1 << (size - 1).bit_length()


def padded(rows: Rows, length: Callable[[int], int]) -> Rows:
    """``rows`` of batches filled up to ``length(size)`` with copies of their first sample."""

    def run(batch: Any, size: int) -> list[torch.Tensor]:
        whole = length(size)
        if whole <= size:
            return rows(batch, size)
        filled = samples.take(batch, [*range(size), *[0] * (whole - size)])
        return [output[:size] for output in rows(filled, whole)]

    return run


def _deterministic(ground: Ground) -> Rows:
    def run(batch: Any, size: int) -> list[torch.Tensor]:
        with deterministic():
            return ground.plain(batch, size)

    return run


@contextlib.contextmanager
def deterministic() -> Iterator[None]:
    """Within, torch uses deterministic algorithms alone, and raises where an operation has none."""
    before, warns = torch.are_deterministic_algorithms_enabled(), torch.is_deterministic_algorithms_warn_only_enabled()
    torch.use_deterministic_algorithms(True)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before, warn_only=warns)


def _in_higher_precision(ground: Ground) -> Rows:
    higher, own = DTYPES[_HIGHER[ground.dtype]], DTYPES[ground.dtype]
    model = cast(ground.fresh(), _HIGHER[ground.dtype])

    def run(batch: Any, size: int) -> list[torch.Tensor]:
        outputs = ground.layout.rows(call(model, samples.cast(batch, higher)), size)
        if any(output.dtype is not higher for output in outputs):
            raise UnsupportedError(f"the model returns {outputs[0].dtype} where it is given {higher}")
        return [output.to(own) for output in outputs]

    return run


def _engine(path: str) -> Callable[[Ground], Rows]:
    def prepare(ground: Ground) -> Rows:
        run = PATHS[path].prepare(ground.fresh(), samples.take(ground.bench.batch, [0, 1]))
        return rows_like(run, ground.bench, ground.layout)

    return prepare
