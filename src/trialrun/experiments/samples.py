"""Along which axis the samples of a batch are in what enters and leaves a model; one put in another's place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import torch

from trialrun.capture.cards import named_tensors
from trialrun.capture.readings import dtype_name, readable, same_bits
from trialrun.evidence.tensors import BatchRecord
from trialrun.experiments.window import Window

Sample: TypeAlias = tuple[str, tuple[int, ...]]  # type and shape of one

SAMPLE = 0  # the one that is replaced: a recurrence over the samples carries it on to all others
SHARE = 0.5  # of a row's elements that have to change: in a table of pairs of samples, one or two do


@dataclass(frozen=True)
class Collated:
    """What the default collation of a loader put together for this window: axis 0 of each tensor is the batch."""

    tensors: tuple[torch.Tensor, ...]
    samples: int
    unmistakable: bool  # no other axis of these has as many elements


def proven_samples(batches: Iterable[BatchRecord]) -> frozenset[Sample]:
    """Type and shape of the samples whose batches have a proven axis."""
    return frozenset(
        (card.dtype, card.shape[1:]) for record in batches for card in record.tensors if card.axes[:1] == ("batch",)
    )


def collated(window: Window, proven: frozenset[Sample], inputs: Iterable[Any]) -> Collated | None:
    """The window's tensors whose batch axis is proven, all of one length; None where there is none.

    What is served again is a copy, so tensors are recognised by the type and shape of a sample. Where the window's own
    loop hands out none (its body goes through a loader in a comprehension), they are looked for in ``inputs``, those of
    its models.
    """
    found = _alike(_handed_out(window), proven) or _alike(inputs, proven)
    sizes = {tensor.shape[0] for tensor in found}
    if len(sizes) != 1:
        return None
    size = sizes.pop()
    return Collated(tuple(found), size, not any(size in tensor.shape[1:] for tensor in found))


def _alike(items: Iterable[Any], proven: frozenset[Sample]) -> list[torch.Tensor]:
    return [
        tensor
        for item in items
        for _, tensor in named_tensors(item, depth=4)
        if tensor.ndim and (dtype_name(tensor.dtype), tuple(tensor.shape[1:])) in proven
    ]


def _handed_out(window: Window) -> Iterator[Any]:
    yield from (item.value for item in window.items)
    yield from window.draws
    for entries in window.entries.values():
        for entry in entries:
            yield from entry.items


@dataclass
class Swap:
    """A model's inputs, and the same with sample ``SAMPLE`` replaced by another one of the batch."""

    donor: int = -1
    changed: int = 0  # tensors that were
    axis: int = 0  # along which the samples are in the first of them
    from_loader: bool = False  # one of them is the loader's own tensor

    def of(self, inputs: Any, batch: Collated) -> Any:
        """``inputs`` with the sample replaced; ``donor`` is -1 if no other sample differs from it."""
        axes: dict[int, int] = {}
        tensors: list[torch.Tensor] = []
        for tensor in _tensors(inputs):
            axis = self.axis_in(tensor, batch)
            if axis is not None:
                axes[id(tensor)] = axis
                tensors.append(tensor.movedim(axis, 0))
        self.axis = next(iter(axes.values()), 0)
        self.donor = _donor(tensors, batch.samples)
        return inputs if self.donor < 0 else self._swapped(inputs, axes)

    def axis_in(self, tensor: torch.Tensor, batch: Collated) -> int | None:
        """Along which axis of an input the samples are; None where that is not known."""
        if not readable(tensor) or batch.samples not in tensor.shape:
            return None
        if any(_same(tensor, given) for given in batch.tensors):
            self.from_loader = True
            return 0
        if not batch.unmistakable or tuple(tensor.shape).count(batch.samples) != 1:
            return None
        return tuple(tensor.shape).index(batch.samples)

    def _swapped(self, value: Any, axes: dict[int, int]) -> Any:
        if isinstance(value, torch.Tensor):
            axis = axes.get(id(value))
            if axis is None:
                return value
            self.changed += 1
            result = value.clone()
            result.select(axis, SAMPLE).copy_(value.select(axis, self.donor))
            return result
        if type(value) is dict:
            return {key: self._swapped(item, axes) for key, item in value.items()}
        if type(value) in (list, tuple):
            return type(value)(self._swapped(item, axes) for item in value)
        return value


def _tensors(value: Any) -> Iterator[torch.Tensor]:
    if isinstance(value, torch.Tensor):
        yield value
    elif type(value) is dict:
        yield from (tensor for item in value.values() for tensor in _tensors(item))
    elif type(value) in (list, tuple):
        yield from (tensor for item in value for tensor in _tensors(item))


def _same(tensor: torch.Tensor, given: torch.Tensor) -> bool:
    if tensor.shape != given.shape:
        return False
    return same_bits(tensor, given.to(tensor.device, tensor.dtype))


def _donor(tensors: list[torch.Tensor], samples: int) -> int:
    """A sample that differs from ``SAMPLE``; rather one with the same lengths, labels and the like."""
    differing = [
        number
        for number in range(samples)
        if number != SAMPLE and any(not torch.equal(held[number], held[SAMPLE]) for held in tensors)
    ]
    single = [held for held in tensors if held.ndim == 1 and not held.is_floating_point()]
    alike = [number for number in differing if all(bool(held[number] == held[SAMPLE]) for held in single)]
    return next(iter(alike or differing), -1)


@dataclass(frozen=True)
class Leak:
    """How far the other samples' rows of an output moved."""

    rows: int  # other rows
    moved: int  # of these, those that changed in more than half of their elements
    own: bool  # the replaced sample's own row changed
    largest: float  # change of an element of another row over the spread of the output


def leak(one: torch.Tensor, other: torch.Tensor, batch: int, tolerance: float) -> Leak | None:
    """How ``other``, computed with the sample replaced, differs from ``one``; None where no axis is the batch's.

    An axis of a multiple of the batch holds each sample's rows one after the other, or the samples so often in turn.
    ``tolerance`` is a share of the output's spread.
    """
    views = _by_sample(one, other, batch)
    found = [_moved(a, b, tolerance) for a, b in views]
    return min(found, key=lambda seen: seen.moved, default=None)


def _by_sample(one: torch.Tensor, other: torch.Tensor, batch: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
    shape = tuple(one.shape)
    if shape.count(batch) > 1 or not shape:  # pairs of samples, which may well depend on each other
        return []
    if batch in shape:
        axis = shape.index(batch)
        return [(one.movedim(axis, 0), other.movedim(axis, 0))]
    if shape[0] % batch or not shape[0]:
        return []
    k = shape[0] // batch
    blocks = [tensor.reshape(batch, k, *shape[1:]) for tensor in (one, other)]
    turns = [tensor.reshape(k, batch, *shape[1:]).movedim(1, 0) for tensor in (one, other)]
    return [(blocks[0], blocks[1]), (turns[0], turns[1])]


def _moved(one: torch.Tensor, other: torch.Tensor, tolerance: float) -> Leak:
    one, other = one.reshape(one.shape[0], -1).double(), other.reshape(other.shape[0], -1).double()
    same = (one == other) | (one.isnan() & other.isnan())
    change = torch.where(same, 0.0, (one - other).abs()).nan_to_num(nan=float("inf"))
    finite = one[one.isfinite()]
    spread = max(float(finite.std(correction=0)), 1e-6 * float(finite.abs().max())) if finite.numel() else 0.0
    differs = change > tolerance * spread
    moved = differs.double().mean(dim=1) > SHARE
    others = torch.arange(one.shape[0]) != SAMPLE
    others = others.to(one.device)
    largest = float(change[others].max()) / spread if spread and change[others].numel() else 0.0
    return Leak(int(others.sum()), int(moved[others].sum()), bool(differs[SAMPLE].any()), largest)
