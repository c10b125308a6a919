"""The path ``compile``: torch.compile with its default back end, one graph for all batch sizes from 2 on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from trialrun import _torch
from trialrun.numerics import samples
from trialrun.numerics.batch_invariance.paths_refusals import tool
from trialrun.numerics.subject import UnsupportedError, arguments


class Compile:
    """The model compiled; torch makes a graph of its own for a batch of one."""

    name = "compile"

    def prepare(self, model: Callable[..., Any], example: Any) -> Callable[[Any], Any]:
        """Compiled at the size of ``example``, and once more at another one.

        Raises UnsupportedError where it cannot be compiled, as without a C++ compiler on a CPU.
        """
        _torch.forget_compiled()
        compiled = torch.compile(model)

        def run(batch: Any) -> Any:
            size = samples.count(batch) or 0
            args, kwargs = arguments(model, batch)
            for tensor in samples.tensors((args, kwargs)):
                if size > 1 and tensor.ndim and tensor.shape[0] == size:
                    _torch.mark_batch_axis(tensor)
            with tool("torch.compile"):
                return compiled(*args, **kwargs)

        before = _torch.graphs_compiled()
        run(example)
        run(samples.take(example, [0, 1, 0]))
        if _torch.graphs_compiled() == before:
            raise UnsupportedError("torch.compile: it made no graph of the model, so that this is the eager path")
        return run
