"""Ways to run a model: as it is, and what compiles or exports it first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from trialrun.numerics.batch_invariance.paths_compile import Compile
from trialrun.numerics.batch_invariance.paths_export import Export
from trialrun.numerics.batch_invariance.paths_onnx import Onnx
from trialrun.numerics.subject import call


class Path(Protocol):
    """A way to run a model; its name is that of the ``path`` column."""

    name: str

    def prepare(self, model: Callable[..., Any], example: Any) -> Callable[[Any], Any]:
        """What runs ``model`` on a batch and gives its output, whatever the number of samples.

        ``model`` is a copy that this path may keep, a module or a function, in its mode, dtype and device;
        ``example`` a batch of it of two samples or more. What is returned raises nothing but UnsupportedError, and is
        called without gradients.

        Raises UnsupportedError, with the reason, where the model cannot be run this way.
        """
        ...


class Eager:
    """The model itself, operation by operation."""

    name = "eager"

    def prepare(self, model: Callable[..., Any], example: Any) -> Callable[[Any], Any]:
        """The model's own call; ``example`` is not needed."""
        return lambda batch: call(model, batch)


PATHS: dict[str, Path] = {path.name: path for path in (Eager(), Compile(), Export(), Onnx())}
