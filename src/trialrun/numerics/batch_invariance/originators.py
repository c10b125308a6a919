"""Which layers create a difference between batch sizes, and which only carry it.

Every layer is replayed on bit-identical inputs: a sample's rows of what it took in the batch, by themselves. Where the
output differs from that in the batch, it originates; where only its inputs did, it carries on what it was given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from trialrun.experiments.batch_measures import Measures, compare
from trialrun.experiments.rows import narrowed
from trialrun.numerics import samples
from trialrun.numerics.batch_invariance.trace import Call, Key, Trace, axes_of_sample, only, trace

ROWS = 2  # of each batch, the first and the last, that are replayed


@dataclass(frozen=True)
class Layer:
    """What one layer did at one batch size; ``measures`` of its replay where it originates, else of what it gave."""

    name: str  # dotted; "" for the model's own forward
    cls: str
    size: int
    role: str  # originator | carrier | "": bitwise equal
    measures: Measures


@dataclass(frozen=True)
class Origins:
    """The layers at all sizes, in the order they ended; those that could not be replayed, with the reason."""

    layers: tuple[Layer, ...]
    not_replayed: dict[str, str]

    def originators(self) -> list[Layer]:
        """Of each layer that originates anywhere, its worst size, the worst first."""
        worst: dict[str, Layer] = {}
        for layer in self.layers:
            if layer.role == "originator":
                held = worst.setdefault(layer.name, layer)
                if layer.measures.ulp_at_row_max > held.measures.ulp_at_row_max:
                    worst[layer.name] = layer
        return sorted(worst.values(), key=lambda layer: -layer.measures.ulp_at_row_max)


def origins(
    model: torch.nn.Module, run: Callable[[Any], Any], batch: Any, anchors: Sequence[int], sizes: Sequence[int]
) -> Origins:
    """Records ``model`` for batches of each of ``sizes`` (2 and more) and for samples alone, and replays its layers.

    ``run`` calls it; ``anchors`` are the samples of ``batch`` that fill the places of a batch, in turn.
    """
    alone: dict[int, Trace] = {}
    found: list[Layer] = []
    left: dict[str, str] = {}
    for size in sizes:
        chosen = [anchors[place % len(anchors)] for place in range(size)]
        whole = trace(model, lambda chosen=chosen: run(samples.take(batch, chosen)))  # type: ignore[misc]
        rows = sorted({0, size - 1})[:ROWS]
        for row in rows:
            sample = chosen[row]
            if sample not in alone:
                alone[sample] = trace(model, lambda sample=sample: run(samples.take(batch, [sample])))  # type: ignore[misc]
        pairs = [(row, alone[chosen[row]]) for row in rows]
        found.extend(_layers(whole, pairs, size, left))
        if not whole.whole:
            left[""] = "its layers hold too much to be recorded"
    return Origins(tuple(found), left)


@dataclass(frozen=True)
class _Seen:
    replay: Measures
    given: Measures

    @property
    def originates(self) -> bool:
        return self.replay.frac_elements_bitwise < 1.0

    @property
    def differs(self) -> bool:
        return self.given.frac_elements_bitwise < 1.0


def _layers(whole: Trace, alone: list[tuple[int, Trace]], size: int, left: dict[str, str]) -> list[Layer]:
    """A module that holds others originates by its own operations where each of those was replayed and none does."""
    holders = {key for call in whole.calls.values() for key in call.within}
    excused: set[Key] = set()
    layers: list[Layer] = []
    for key, call in whole.calls.items():  # those within a module ended before it
        if key in excused:
            continue
        try:
            seen = [_replayed(call, single.calls.get(key), size, row) for row, single in alone]
        except Exception as error:  # of the user's code, or of a layer that is fed less than it needs
            left[call.name] = (str(error).splitlines() or [type(error).__name__])[0]
            excused.update(call.within)  # what differs there may as well be this one's doing
            continue
        originates = any(one.originates for one in seen)
        if originates:
            excused.update(call.within)
        elif key in holders:
            continue
        role = "originator" if originates else "carrier" if any(one.differs for one in seen) else ""
        measures = [one.replay if originates else one.given for one in seen]
        worst = max(measures, key=lambda one: one.ulp_at_row_max)
        layers.append(Layer(call.name, type(call.module).__name__, size, role, worst))
    return layers


def _replayed(call: Call, single: Call | None, size: int, row: int) -> _Seen:
    if single is None:
        raise ValueError("it is not called, or not as often, for a sample alone")
    inputs = axes_of_sample((call.args, call.kwargs), (single.args, single.kwargs), size, row)
    outputs = axes_of_sample(call.output, single.output, size, row)
    if inputs is None or outputs is None:
        raise ValueError("its tensors cannot be told apart by sample")
    args, kwargs = only((call.args, call.kwargs), inputs, size, row)
    in_batch = only(call.output, outputs, size, row)
    replay = call.module(*args, **kwargs)
    by_sample = [axis is not None for axis in outputs]
    of_interest = by_sample if any(by_sample) else [True] * len(outputs)  # a loss beside logits is of the whole batch
    return _Seen(_compared(replay, in_batch, of_interest), _compared(in_batch, single.output, of_interest))


def _compared(one: Any, other: Any, of_interest: Sequence[bool]) -> Measures:
    """All floating-point numbers of two outputs, each as one row; of shapes that differ (padding), what both have."""
    pairs = [
        (a, b)
        for a, b, wanted in zip(samples.tensors(one), samples.tensors(other), of_interest, strict=True)
        if wanted and a.is_floating_point() and a.ndim == b.ndim
    ]
    if not pairs:
        raise ValueError("it gives no floating-point tensor")
    rows: tuple[list[torch.Tensor], list[torch.Tensor]] = ([], [])
    for a, b in pairs:
        shape = [min(lengths) for lengths in zip(a.shape, b.shape, strict=True)]
        rows[0].append(narrowed(a, shape).flatten())
        rows[1].append(narrowed(b, shape).flatten())
    return compare(torch.cat(rows[0])[None], torch.cat(rows[1])[None], logits=False)
