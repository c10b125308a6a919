"""The first module of a forward in which a sample's rows begin to depend on its neighbours."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch

from trialrun.experiments.rows import Axis
from trialrun.numerics import samples
from trialrun.numerics.batch_invariance.coupling import Swap, relative_change
from trialrun.numerics.batch_invariance.trace import axes, laid_out, trace


def beginning(
    model: torch.nn.Module, run: Callable[[Any], Any], swap: Swap, threshold: float
) -> tuple[str, str] | None:
    """Dotted name ("" for the model's own forward) and class of it; None where it cannot be told.

    ``run`` calls ``model``; a change beyond ``threshold`` in what a module gives, but not in what it takes, is a
    beginning. Modules within another are asked before it.
    """
    size, position = swap.place.size, swap.place.position
    other = samples.take(swap.before, [*range(size), 0])  # one more sample tells which axis is the batch's
    before, after, longer = (trace(model, lambda given=given: run(given)) for given in (swap.before, swap.after, other))  # type: ignore[misc]
    for key, call in before.calls.items():
        changed, shape = after.calls.get(key), longer.calls.get(key)
        if changed is None or shape is None:
            continue

        def change(one: Any, two: Any, three: Any) -> float | None:
            held = axes(one, three, (size, size + 1))
            pairs = samples.tensors(one), samples.tensors(two)
            if held is None or len(pairs[0]) != len(pairs[1]):
                return None
            changes = []
            for axis, a, b, more in zip(held, *pairs, samples.tensors(three), strict=True):
                if axis is not None and a.is_floating_point() and a.shape == b.shape:
                    here = laid_out(axis, partial(_same_samples, a, more, size))
                    changes.append(relative_change(here.rows(a, size), here.rows(b, size), position))
            return max(changes, default=0.0)

        took = change((call.args, call.kwargs), (changed.args, changed.kwargs), (shape.args, shape.kwargs))
        gave = change(call.output, changed.output, shape.output)
        if took is not None and gave is not None and took <= threshold < gave:
            return call.name, type(call.module).__name__
    return None


def _same_samples(one: torch.Tensor, longer: torch.Tensor, size: int, axis: Axis) -> tuple[torch.Tensor, torch.Tensor]:
    """The rows of the first ``size`` samples, by ``axis``, of a batch of them and of one with a sample more."""
    return axis.rows(one, size), axis.rows(longer, size + 1)[:size]
