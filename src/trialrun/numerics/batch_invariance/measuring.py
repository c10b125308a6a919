"""The grid measured on one path in one dtype: every case beside the samples alone, and beside float64."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from trialrun.experiments.batch_measures import Measures, compare
from trialrun.numerics import samples
from trialrun.numerics.batch_invariance import grid
from trialrun.numerics.batch_invariance.coupling import Rows
from trialrun.numerics.batch_invariance.grid import Place
from trialrun.numerics.batch_invariance.outputs import Layout, layout, stacked
from trialrun.numerics.subject import UnsupportedError

ANY = "any"  # position of a case that holds samples at every place
_PERTURBED = 4  # times that parameters and inputs are changed in their last place
_LAST_PLACES = 2.0


@dataclass(frozen=True)
class Case:
    """Measures of one output at one batch size among one kind of neighbours."""

    size: int
    position: int | str
    neighbours: str
    output: str
    measures: Measures
    throughput_per_s: float | None


@dataclass(frozen=True)
class Measured:
    """All cases, and by batch size the outputs for the anchors."""

    cases: list[Case]
    anchors: dict[int, list[torch.Tensor]]
    refused: tuple[str, ...]  # kinds of neighbours that the model raised an exception for


@dataclass(frozen=True)
class Bench:
    """What is served to every path and dtype: samples of ``batch``, up to ``limit`` of them at once."""

    batch: Any
    pool: int  # its first samples that are used
    limit: int
    seed: int
    reference_size: int = 1  # of the batch that stands for a sample alone: itself, so many times

    @property
    def anchors(self) -> list[int]:
        """The samples at the places that are served at every batch size."""
        return [place % self.pool for place in range(grid.ANCHORS)]

    def generator(self) -> torch.Generator:
        """Draws of its own, the same for every path and dtype."""
        return torch.Generator().manual_seed(self.seed)

    def in_dtype(self, dtype: torch.dtype) -> Bench:
        """The same with floating-point inputs in ``dtype``."""
        return Bench(samples.cast(self.batch, dtype), self.pool, self.limit, self.seed, self.reference_size)

    def alone(self, rows: Rows) -> list[torch.Tensor]:
        """Each output of every sample by itself: (pool, ...)."""
        size = self.reference_size
        found = [rows(samples.take(self.batch, [sample] * size), size) for sample in range(self.pool)]
        return [stacked([rows[0] for rows in outputs]) for outputs in zip(*found, strict=True)]

    def at_anchors(self, rows: Rows, size: int) -> list[torch.Tensor]:
        """Each output for the anchors, served in batches of ``size``: (anchors, ...)."""
        served: list[list[torch.Tensor]] = []
        for start in range(0, grid.ANCHORS, size):
            chosen = [(start + place) % self.pool for place in range(size)]
            served.append(rows(samples.take(self.batch, chosen), size))
        return [
            stacked([row for output in outputs for row in output][: grid.ANCHORS])
            for outputs in zip(*served, strict=True)
        ]


def rows_of(run: Callable[[Any], Any], held: Layout) -> Rows:
    """Outputs by sample of what ``run`` gives."""
    return lambda batch, size: held.rows(run(batch), size)


def rows_like(run: Callable[[Any], Any], bench: Bench, own: Layout) -> Rows:
    """As :func:`rows_of`, for what gives the outputs of ``own`` under other names.

    Raises UnsupportedError where they are not as many.
    """
    found = layout(run, bench.batch)
    if len(found.axes) != len(own.axes):
        raise UnsupportedError(f"it gives {len(found.axes)} outputs by sample, not {len(own.axes)}")
    return rows_of(run, found)


def measure(
    bench: Bench, rows: Rows, names: Sequence[str], reference: list[torch.Tensor], exact: list[torch.Tensor] | None
) -> Measured:
    """``rows`` over the whole grid, beside ``reference`` and ``exact``: each output of every sample alone.

    Raises UnsupportedError where the model runs at no batch size above that of the reference.
    """
    generator = bench.generator()
    cases: list[Case] = []
    anchors: dict[int, list[torch.Tensor]] = {}
    refused: dict[str, None] = {}

    def compared(
        outputs: list[torch.Tensor], of: list[int], place: Place, position: int | str, speed: float | None
    ) -> None:
        for number, output in enumerate(outputs):
            against = exact[number][of] if exact is not None else None
            found = compare(output, reference[number][of], against)
            cases.append(Case(place.size, position, place.neighbours, names[number], found, speed))

    for size in grid.sizes(bench.limit):
        if size < bench.reference_size:
            continue
        anchors[size] = bench.at_anchors(rows, size)
        chosen = grid.drawn(bench.pool, size, generator)
        served = samples.take(bench.batch, chosen)
        rows(served, size)  # the first run at a size is slower
        outputs, seconds = timed(rows, served, size)
        both = [stacked([*a, *b]) for a, b in zip(anchors[size], outputs, strict=True)]
        compared(both, [*bench.anchors, *chosen], Place(size, 0, "random"), ANY, size / seconds)
        for kind in grid.kinds(bench.batch) if size > 1 else ():
            if kind == "random":
                continue
            sample = int(torch.randint(bench.pool, (1,), generator=generator))
            place = Place(size, int(torch.randint(size, (1,), generator=generator)), kind)
            try:
                outputs = rows(grid.around(bench.batch, sample, place, bench.pool, generator), size)
            except UnsupportedError as refusal:
                refused[f"{kind}: {refusal}"] = None
                continue
            compared([output[place.position][None] for output in outputs], [sample], place, place.position, None)
    return Measured(cases, anchors, tuple(refused))


def timed(rows: Rows, batch: Any, size: int) -> tuple[list[torch.Tensor], float]:
    """Its outputs, and the seconds that they took."""
    begun = time.perf_counter()
    outputs = rows(batch, size)
    if outputs[0].device.type != "cpu":
        outputs[0].flatten()[:1].cpu()  # waits for the device
    return outputs, max(time.perf_counter() - begun, 1e-9)


def perturbed(
    bench: Bench, prepare: Callable[[Callable[[torch.Tensor], torch.Tensor]], Rows], eps: float
) -> list[list[torch.Tensor]]:
    """Each output of every sample alone, several times, with parameters and inputs changed in their last places.

    ``eps``: relative size of the last place of what is multiplied. ``prepare(change)`` gives the model with ``change``
    made of its parameters. How far these outputs are from the unchanged ones is what the model makes of rounding: a
    step or a choice of its own turns one bit into much.
    """
    generator = bench.generator()

    def change(tensor: torch.Tensor) -> torch.Tensor:
        if not tensor.is_floating_point():
            return tensor
        places = torch.randint(-1, 2, tensor.shape, generator=generator).double().to(tensor.device)
        return (tensor.double() * (1 + _LAST_PLACES * eps * places)).to(tensor.dtype)

    found = []
    for _ in range(_PERTURBED):
        rows = prepare(change)
        moved = Bench(samples.mapped(bench.batch, change), bench.pool, bench.limit, bench.seed, bench.reference_size)
        found.append(moved.alone(rows))
    return found
