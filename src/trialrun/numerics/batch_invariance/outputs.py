"""Which axis of a model's outputs is the batch's, told by what follows the batch's size, and the rows along it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from trialrun.capture.cards import named_tensors
from trialrun.experiments.rows import Axis, axis_of, narrowed
from trialrun.numerics import samples
from trialrun.numerics.subject import UnsupportedError

MOST_OUTPUTS = 8  # floating-point tensors of one output that are compared


class ShapeError(Exception):
    """An output's shape depends on the batch's size other than by the number of its samples."""


@dataclass(frozen=True)
class Layout:
    """The outputs that are compared, by name, and for each other one why it cannot be."""

    axes: dict[str, Axis]
    dims: dict[str, int]
    left_out: tuple[str, ...]

    def rows(self, output: Any, size: int) -> list[torch.Tensor]:
        """The compared outputs of a batch of ``size``, each (size, ...).

        Raises ShapeError where they have other shapes than at the sizes the layout was found at.
        """
        held = dict(floats(output))
        found = []
        for name, axis in self.axes.items():
            tensor = held.get(name)
            if tensor is None:
                raise ShapeError(f"{titled(name)} is missing for a batch of {size}")
            shape = tuple(tensor.shape)
            if tensor.ndim != self.dims[name] or shape[axis.axis] != size * axis.each:
                raise ShapeError(
                    f"{titled(name)} has shape {shape} for a batch of {size}, where {size * axis.each} elements along"
                    f" axis {axis.axis} of {self.dims[name]} were to be expected: a squeeze() or the like takes the"
                    " batch's axis for another one"
                )
            found.append(axis.rows(tensor.detach(), size))
        return found


def floats(output: Any) -> list[tuple[str, torch.Tensor]]:
    """The floating-point tensors in an output with the path to each, containers and dataclasses opened."""
    named = [(name, tensor) for name, tensor in named_tensors(output) if tensor.is_floating_point()]
    return named[:MOST_OUTPUTS]


def titled(name: str) -> str:
    """An output's name for the reader; a model's only output has none."""
    return f"output {name}" if name else "the output"


def layout(run: Callable[[Any], Any], batch: Any) -> Layout:
    """The layout of what ``run`` gives for batches of 2 and 3 samples taken from ``batch``.

    Raises UnsupportedError where no output has a row for each sample.
    """
    two, three = (dict(floats(run(samples.take(batch, chosen)))) for chosen in ((0, 1), (0, 1, 0)))
    if not two:
        raise UnsupportedError("the model returns no floating-point tensor, so that there is nothing to compare")
    axes: dict[str, Axis] = {}
    left_out: list[str] = []
    for name, tensor in two.items():
        other = three.get(name)
        axis = axis_of(tensor.shape, other.shape, (2, 3)) if other is not None else None
        if axis is not None:
            axes[name] = axis
        else:
            left_out.append(_refusal(name, tensor, other))
    if not axes:
        raise UnsupportedError(
            "; ".join(left_out) + ": hand over a model whose output has a row for each sample (leave out the mean or"
            " sum over the batch, a loss has reduction='none')"
        )
    spread = [name for name, axis in axes.items() if axis.each > 1]
    if spread:
        twins = dict(floats(run(samples.take(batch, (0, 0)))))
        axes.update({name: _ordered(axes[name], twins[name]) for name in spread if name in twins})
    return Layout(axes, {name: two[name].ndim for name in axes}, tuple(left_out))


def _refusal(name: str, two: torch.Tensor, three: torch.Tensor | None) -> str:
    if three is None:
        return f"{titled(name)} is not there for every batch size"
    shapes = f"has shape {tuple(two.shape)} for 2 samples and {tuple(three.shape)} for 3"
    if two.shape == three.shape:
        return f"{titled(name)} {shapes}: it is one for the whole batch, not one for each sample"
    return f"{titled(name)} {shapes}: no single axis is the batch's"


def _ordered(axis: Axis, twins: torch.Tensor) -> Axis:
    """Whether a sample's places are together or in turn: of a batch of one sample twice, the rows are equal."""
    turned = Axis(axis.axis, axis.each, True)
    return min((axis, turned), key=lambda guess: _apart(guess.rows(twins.double(), 2)))


def _apart(rows: torch.Tensor) -> float:
    return float((rows[0] - rows[1]).nan_to_num().abs().sum())


def stacked(rows: Sequence[torch.Tensor]) -> torch.Tensor:
    """Rows of one output as one tensor; where their shapes differ (padding), what they have in common."""
    common = [min(lengths) for lengths in zip(*(row.shape for row in rows), strict=True)]
    return torch.stack([narrowed(row, common) for row in rows])
