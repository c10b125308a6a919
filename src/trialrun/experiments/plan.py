"""What an experiment says to whoever runs the window for it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from trialrun.experiments.reading import Reading

Rates: TypeAlias = Mapping[int, tuple[float, ...]]  # by id of the optimiser, one a parameter group


class LeftLoopError(Exception):
    """The repeated body has left its loop, by ``break``, ``return`` or an exception."""


class Change(Protocol):
    """One thing changed in a run of the window."""

    def begin(self) -> Callable[[], None]:
        """Take effect, the state already put back; returns what ends it (weights are put back by the next run)."""


@dataclass(frozen=True)
class Variant:
    """One run of the window.

    ``fresh``: from the state at its start, else with what the runs before it have learned. A variant that changes
    nothing and asks for no detail runs exactly as the program itself did.
    """

    fresh: bool = False
    initial: bool = False  # with fresh: from the weights as they were before the program's first update
    regularised: bool = True  # False: dropout and weight decay are off
    rates: Rates = field(default_factory=dict)  # learning rates held at each step
    detail: bool = False  # loss functions, floors and right answers are read
    ties: bool = False  # with detail: equal outputs with different targets too
    traced: bool = False  # every operation's result is written down, to find the first that differs
    gradients: bool = False  # the norm of what each step consumes is read
    changes: tuple[Change, ...] = ()


# An experiment yields variants and is sent what was read; it writes its own record.
Experiment: TypeAlias = Generator[Variant, Reading, None]
