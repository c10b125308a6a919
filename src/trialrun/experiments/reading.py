"""What is read from one run of the window: its losses, what went into the models, which optimisers stepped."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from trialrun.evidence.place import Where
from trialrun.experiments.ties import Pairs


@dataclass(frozen=True)
class Input:
    """The tensors of one outermost model call that do not come out of a graph."""

    content: Any  # a print of their values
    where: Where | None


@dataclass(frozen=True)
class BackwardSeen:
    """One outermost backward."""

    value: float | None
    where: Where | None
    leaves: frozenset[int]  # ids of the leaves its graph reaches
    inside_step: bool  # called by an optimiser's step, from a closure


@dataclass(frozen=True)
class LossSeen:
    """One call of a known loss function that a gradient may flow through."""

    function: str
    value: float | None
    floor: float | None  # the least value of this call, in its units
    why: str
    right: int
    counted: int
    targets: int


@dataclass
class Reading:
    """One run of the window."""

    inputs: list[Input] = field(default_factory=list)
    backwards: list[BackwardSeen] = field(default_factory=list)
    calls: list[LossSeen] = field(default_factory=list)
    pairs: list[Pairs | None] = field(default_factory=list)  # one a call, where ties were asked for
    floors: list[tuple[float, str] | None] = field(default_factory=list)  # one a backward, in its units
    nonlinear: bool | None = None
    float16: bool = False  # a gradient flows back through float16, and no GradScaler has scaled the loss
    noise: bool = False  # random numbers were drawn while gradients were recorded, dropout aside
    steps: list[int] = field(default_factory=list)  # ids of the optimisers that stepped, in order
    rates: dict[int, tuple[float, ...]] = field(default_factory=dict)  # as the program had set them at the step
    gradient_squares: float = 0.0  # sum over all that the steps consumed, where it was asked for
    switched_off: dict[str, int] = field(default_factory=dict)
    error: str = ""  # a draw that was not recorded, ...
    where: Where | None = None

    @property
    def gradient_norm(self) -> float | None:
        """L2 over all gradients that the window's steps consumed; None where no optimiser stepped."""
        return math.sqrt(self.gradient_squares) if self.steps else None

    @property
    def loss(self) -> float | None:
        """The mean over the window's backwards; with a closure, the value of its first evaluation."""
        outside = [seen.value for seen in self.backwards if not seen.inside_step]
        values = outside or [seen.value for seen in self.backwards[:1]]
        known = [value for value in values if value is not None]
        return sum(known) / len(known) if known and len(known) == len(values) else None

    @property
    def floor(self) -> tuple[float, str] | None:
        """The least that :attr:`loss` can come to, and why; None where it is not known."""
        chosen = [
            floor for floor, seen in zip(self.floors, self.backwards, strict=False) if not seen.inside_step
        ] or self.floors[:1]
        if not chosen or any(floor is None for floor in chosen):
            return None
        known = [floor for floor in chosen if floor is not None]
        return sum(value for value, _ in known) / len(known), known[0][1]

    @property
    def accuracy(self) -> float | None:
        """Share of right answers of all classifications, 0..1."""
        counted = sum(call.counted for call in self.calls)
        return sum(call.right for call in self.calls) / counted if counted else None
