"""How the signal of a model grows or shrinks with depth before its first update, and what another start shows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from trialrun.evidence.experiments import ExperimentRecord

NAME = "the activation's own initialisation"
INITIALISED = "weights initialised for their activations"
EXCHANGED = "ReLU in place of sigmoid and tanh, weights initialised for it"

# This project's own choices. A sound start keeps each layer's gain near 1 (Xavier) or sqrt(2) (He).
FEWEST_LAYERS = 3  # with weights, the last one included: below this nothing is geometric
TIMES = 100.0  # over all layers, forward or backward
GAIN = 4.0  # of each layer, on (geometric) average: its output's RMS over that of its input
ALIKE = 2 / 3  # of the steps from layer to layer go the same way
ONE_STEP = 0.75  # of the whole way, as logarithms: more in one step is no growth with depth


@dataclass(frozen=True)
class Signal:
    """RMS of each layer with weights, in the order of their first use; of the gradient by its output, likewise."""

    inputs: tuple[float, ...]
    outputs: tuple[float, ...]
    gradients: tuple[float, ...]  # of the loss by each output; empty where they are not known

    @property
    def gain(self) -> float:
        """The geometric mean of the layers' gains, the last one left out: heads may start small."""
        steps = [
            math.log(after / before)
            for before, after in zip(self.inputs[:-1], self.outputs[:-1], strict=True)
            if before > 0 < after
        ]
        return math.exp(sum(steps) / len(steps)) if steps else 1.0

    @property
    def forward(self) -> float:
        """Times that the RMS grows from the first layer's input to the last hidden layer."""
        return _times(self._forward)

    @property
    def backward(self) -> float:
        """Times that the gradient's RMS grows from the last hidden layer back to the first."""
        return _times(self._backward)

    @property
    def _forward(self) -> tuple[float, ...]:
        return (self.inputs[0], *self.outputs[:-1])

    @property
    def _backward(self) -> tuple[float, ...]:
        return tuple(reversed(self.gradients[:-1]))

    @property
    def grows(self) -> bool:
        """Whether it grows geometrically, in either direction."""
        return any(_geometric(row, 1) for row in (self._forward, self._backward)) or self.gain >= GAIN

    @property
    def shrinks(self) -> bool:
        """Whether it shrinks geometrically, in either direction."""
        held = GAIN * self.inputs[-1] > self.inputs[0]  # normalisation undoes each gain: nothing fades
        fades = 0 < self.gain <= 1 / GAIN and not held
        return any(_geometric(row, -1) for row in (self._forward, self._backward)) or fades

    @property
    def vanishes(self) -> bool:
        """Whether the gradient shrinks geometrically on its way to the first layer."""
        return _geometric(self._backward, -1)


def signal(record: ExperimentRecord | None) -> Signal | None:
    """What ``record`` holds of it; None where it has fewer than :data:`FEWEST_LAYERS` layers."""
    if record is None:
        return None
    rows = [
        tuple(
            record.facts[f"{name}_{number}"]
            for number in range(len(record.facts))
            if f"{name}_{number}" in record.facts
        )
        for name in ("input_rms", "output_rms", "gradient_rms")
    ]
    found = Signal(*rows)
    if len(found.outputs) < FEWEST_LAYERS or not all(math.isfinite(value) for value in found.outputs):
        return None
    return found


def facts(found: Signal) -> dict[str, float]:
    """``found`` as numbers of a record, by names with a layer's position."""
    rows = {"input_rms": found.inputs, "output_rms": found.outputs, "gradient_rms": found.gradients}
    return {f"{name}_{number}": value for name, row in rows.items() for number, value in enumerate(row)}


def _times(row: Sequence[float]) -> float:
    return row[-1] / row[0] if len(row) > 1 and row[0] > 0 else 1.0


def _geometric(row: Sequence[float], sign: int) -> bool:
    """Whether ``row`` grows (``sign`` 1) or shrinks (-1) by :data:`TIMES`, in most steps and not in one of them."""
    if len(row) < FEWEST_LAYERS - 1 or min(row) <= 0:
        return False
    steps = [sign * math.log(after / before) for before, after in pairwise(row)]
    way = sum(steps)
    return (
        way >= math.log(TIMES)
        and sum(step > 0 for step in steps) >= ALIKE * len(steps)
        and (len(steps) == 1 or max(steps) <= ONE_STEP * way)
    )
