"""A model's inputs with some samples of its batch, and the rows of these samples in what it returns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from trialrun.experiments.calls import ModelCall
from trialrun.experiments.rows import Axis, axis_of
from trialrun.experiments.samples import Collated, Swap
from trialrun.experiments.twin import TwinError

_OPENED = (dict, list, tuple)


class Subsets:
    """Takes samples out of the inputs of ``call``.

    Raises TwinError where it is not known of every input whether, and along which axis, it holds the samples.
    """

    def __init__(self, call: ModelCall, batch: Collated) -> None:
        self._inputs = (call.args, call.kwargs)
        self._samples = batch.samples
        self._axes: dict[int, int] = {}
        self._known = Swap()
        for value in (*call.args, *call.kwargs.values()):
            self._look(value, batch, type(call.module).__name__)
        if not self._axes:
            raise TwinError(f"No input of {type(call.module).__name__} is known to be the loader's batch")

    def _look(self, value: Any, batch: Collated, model: str) -> None:
        if isinstance(value, torch.Tensor):
            axis = self._known.axis_in(value, batch)
            if axis is not None:
                self._axes[id(value)] = axis
            elif any(size and size % batch.samples == 0 for size in value.shape):
                raise TwinError(f"An input of {model} of shape {tuple(value.shape)} may hold the samples on any axis")
        elif type(value) in _OPENED:
            if len(value) == batch.samples:
                raise TwinError(f"An input of {model} is a collection as long as the batch")
            for item in value.values() if isinstance(value, dict) else value:
                self._look(item, batch, model)
        elif isinstance(value, (int, float)) and not isinstance(value, bool) and value == batch.samples:
            raise TwinError(f"An input of {model} is the number {value}, which may be the batch's size")
        elif not isinstance(value, (int, float, str, bool, type(None))):
            raise TwinError(f"An input of {model} is of type {type(value).__name__}, and may hold samples")

    def take(self, chosen: Sequence[int]) -> tuple[Any, Any]:
        """Positional and named inputs with the samples ``chosen``, in that order; one may be taken several times."""
        args, kwargs = (self._taken(value, chosen) for value in self._inputs)
        return args, kwargs

    def _taken(self, value: Any, chosen: Sequence[int]) -> Any:
        if isinstance(value, torch.Tensor):
            axis = self._axes.get(id(value))
            if axis is None:
                return value
            return value.index_select(axis, torch.tensor(chosen, device=value.device))
        if type(value) is dict:
            return {key: self._taken(item, chosen) for key, item in value.items()}
        if type(value) in _OPENED:
            return type(value)(self._taken(item, chosen) for item in value)
        return value


def axes_of(alone: Sequence[torch.Tensor], whole: Sequence[torch.Tensor], samples: int) -> dict[int, Axis]:
    """By number of the output, where the samples are, from a sample ``alone`` and the ``whole`` batch.

    Left out are outputs with no such axis, with several places a sample, and with another shape besides.
    """
    found: dict[int, Axis] = {}
    if len(alone) != len(whole):
        return found
    for number, (one, other) in enumerate(zip(alone, whole, strict=True)):
        axis = axis_of(one.shape, other.shape, (1, samples))
        if axis is not None and axis.each == 1 and one.numel() * samples == other.numel() > 0:
            found[number] = axis
    return found
