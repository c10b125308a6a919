"""What every module of a model took and gave in one forward, and the rows of one sample in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeAlias

import torch

from trialrun import _torch
from trialrun.experiments.clone import cloned, tensor_bytes
from trialrun.experiments.rows import Axis, axis_of
from trialrun.numerics import samples

MOST_BYTES = 2**30  # of the inputs and outputs of one forward that are kept

Key: TypeAlias = tuple[str, int]  # dotted name of a module, and which of its calls


@dataclass
class Call:
    """One call of a module; ``args`` and ``kwargs`` are copies made before it, ``output`` one made after it."""

    name: str
    module: torch.nn.Module
    args: Any
    kwargs: dict[str, Any]
    output: Any = None
    within: tuple[Key, ...] = ()  # the calls around it, outermost first


@dataclass
class Trace:
    """The calls of one forward, in the order in which they ended; ``whole``: none was left out for its size."""

    calls: dict[Key, Call] = field(default_factory=dict)
    whole: bool = True


def trace(model: torch.nn.Module, run: Callable[[], Any]) -> Trace:
    """Runs ``run``, which calls ``model``, and records the calls of its modules.

    Hooks on all modules are used: those on a single one switch fused paths off, and change what is measured.
    """
    names = {id(part): name for name, part in model.named_modules()}
    found = Trace()
    opened: list[tuple[Key, Call]] = []
    numbers: dict[str, int] = {}
    held = 0

    def entering(module: torch.nn.Module, args: Any) -> None:
        name = names.get(id(module))
        if name is None:
            return
        number = numbers[name] = numbers.get(name, -1) + 1
        kwargs = _torch.call_keywords()
        around = tuple(key for key, _ in opened)
        kept = (args, kwargs) if found.whole else ((), {})
        opened.append(((name, number), Call(name, module, cloned(kept[0]), cloned(kept[1]), within=around)))

    def leaving(module: torch.nn.Module, args: Any, kwargs: Any, output: Any) -> None:
        nonlocal held
        if not opened or opened[-1][1].module is not module:
            return
        key, call = opened.pop()
        held += tensor_bytes((call.args, call.kwargs, output))
        found.whole = found.whole and held <= MOST_BYTES
        if found.whole:
            call.output = cloned(output)
            found.calls[key] = call

    pre = torch.nn.modules.module.register_module_forward_pre_hook(entering)
    remove = _torch.forward_hook(leaving)
    try:
        run()
    finally:
        pre.remove()
        remove()
    return found


def axes(one: Any, other: Any, sizes: tuple[int, int]) -> list[Axis | None] | None:
    """The batch's axis of each tensor of ``one``, seen beside ``other``: the same of another size.

    None for a tensor that has none (equal shapes); None for all where one cannot be told.
    """
    pairs = samples.tensors(one), samples.tensors(other)
    if len(pairs[0]) != len(pairs[1]):
        return None
    found: list[Axis | None] = []
    for a, b in zip(*pairs, strict=True):
        axis = axis_of(a.shape, b.shape, sizes) if a.shape != b.shape else None
        if axis is None and a.shape != b.shape:
            return None
        found.append(axis)
    return found


def axes_of_sample(whole: Any, single: Any, size: int, row: int) -> list[Axis | None] | None:
    """As :func:`axes`, where ``single`` is sample ``row`` of ``whole`` alone: its values tell how rows are laid out."""
    found = axes(whole, single, (size, 1))
    if found is None:
        return None
    return [
        axis and laid_out(axis, partial(_same_sample, a, b, size, row))
        for axis, a, b in zip(found, samples.tensors(whole), samples.tensors(single), strict=True)
    ]


def laid_out(axis: Axis, rows: Callable[[Axis], tuple[torch.Tensor, torch.Tensor]]) -> Axis:
    """``axis`` with the samples in turn (time before batch) where that makes equal what has to be.

    ``rows`` gives, by an axis, the rows of the same samples from two batches: they are the same but for rounding.
    """
    if axis.each == 1:
        return axis
    in_turn = replace(axis, in_turn=True)
    together, apart = ((one.double() - other.double()).abs().sum() for one, other in (rows(axis), rows(in_turn)))
    return in_turn if bool(apart < together) else axis


def _same_sample(
    whole: torch.Tensor, single: torch.Tensor, size: int, row: int, axis: Axis
) -> tuple[torch.Tensor, torch.Tensor]:
    return only(whole, [axis], size, row), single


def only(value: Any, held: list[Axis | None], size: int, row: int) -> Any:
    """``value`` with row ``row`` alone, its axis kept, of every tensor that has rows; with memory of its own."""
    along = iter(held)

    def chosen(tensor: torch.Tensor) -> torch.Tensor:
        axis = next(along)
        if axis is None:
            return tensor.clone()
        if axis.in_turn:
            at = torch.arange(axis.each, device=tensor.device) * size + row
            return tensor.index_select(axis.axis, at)
        return tensor.narrow(axis.axis, row * axis.each, axis.each).clone()

    return samples.mapped(value, chosen)
