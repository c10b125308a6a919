"""The path ``export``: torch.export with the batch's axis dynamic, run through the exported program's module."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import torch

from trialrun.numerics import samples
from trialrun.numerics.batch_invariance.outputs import floats
from trialrun.numerics.batch_invariance.paths_refusals import tool
from trialrun.numerics.subject import UnsupportedError, arguments

_EXAMPLE = (0, 1, 0, 1, 0)  # of 5 samples: a length of 1 would be taken for a fixed one


class _Flat(torch.nn.Module):
    """A model from a tuple of tensors to a tuple of them, whatever its batches and outputs are made of."""

    def __init__(self, model: Callable[..., Any], batch: Any) -> None:
        super().__init__()
        self.training = model.training if isinstance(model, torch.nn.Module) else False
        self.model = model
        self._batch = batch

    def forward(self, tensors: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
        given = iter(tensors)
        args, kwargs = arguments(self.model, samples.mapped(self._batch, lambda _: next(given)))
        return tuple(tensor for _, tensor in floats(self.model(*args, **kwargs)))


def exported(model: Callable[..., Any], example: Any) -> Any:
    """The exported program of ``model``: a tuple of a batch's tensors to a tuple of its floating-point outputs.

    Raises UnsupportedError where torch.export does not take it, or only for some batch sizes.
    """
    if samples.is_ragged(example):
        raise UnsupportedError("torch.export: a list of samples of different lengths has no axis for the batch")
    batch = samples.take(example, _EXAMPLE)
    dimension = torch.export.Dim("batch")
    tensors = tuple(samples.tensors(batch))
    along = [{0: dimension} if tensor.ndim and tensor.shape[0] == len(_EXAMPLE) else {} for tensor in tensors]
    with tool("torch.export"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it is in training mode, among others
        return torch.export.export(
            _Flat(model, batch), (tensors,), dynamic_shapes=(tuple(along),), strict=False
        )  # as a trace: what its forward does in Python is carried out once


class Export:
    """One exported program for every batch size."""

    name = "export"

    def prepare(self, model: Callable[..., Any], example: Any) -> Callable[[Any], Any]:
        """Exported once, with a dynamic batch axis.

        Raises UnsupportedError where torch.export does not take it.
        """
        module = exported(model, example).module()

        def run(batch: Any) -> Any:
            with tool("the exported program"):
                return module(tuple(samples.tensors(batch)))

        return run
