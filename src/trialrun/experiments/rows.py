"""Where the samples of a batch are in an output."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Axis:
    """Where the samples are in a tensor: along ``axis``, ``each`` places a sample, its own together or in turn."""

    axis: int
    each: int = 1
    in_turn: bool = False

    def rows(self, tensor: torch.Tensor, size: int) -> torch.Tensor:
        """``tensor`` as (size, ...): axis 0 the samples'."""
        moved = tensor.movedim(self.axis, 0)
        if self.each == 1:
            return moved
        if self.in_turn:
            return moved.reshape(self.each, size, *moved.shape[1:]).movedim(1, 0)
        return moved.reshape(size, self.each, *moved.shape[1:])


def axis_of(one: Sequence[int], other: Sequence[int], sizes: tuple[int, int]) -> Axis | None:
    """The axis of tensors of shapes ``one`` and ``other``, of batches of two different ``sizes``, that follows these.

    None where no axis does, or several do, as in a table of pairs of samples.
    """
    if len(one) != len(other):
        return None
    follows = [
        (axis, a // sizes[0])
        for axis, (a, b) in enumerate(zip(one, other, strict=True))
        if a and a % sizes[0] == 0 and a // sizes[0] * sizes[1] == b
    ]
    return Axis(*follows[0]) if len(follows) == 1 else None


def narrowed(tensor: torch.Tensor, shape: Sequence[int]) -> torch.Tensor:
    """The first elements of ``tensor`` along each axis, at most ``shape`` of them."""
    return tensor[tuple(slice(length) for length in shape)]
