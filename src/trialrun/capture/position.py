"""Where the program stands, as capture sees it: told by whoever conducts the loops, asked by every source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from trialrun.evidence.place import Where


class LoopSite(Protocol):
    """A loop of the user's source."""

    @property
    def where(self) -> Where: ...

    @property
    def length(self) -> int | None:
        """Items of one full entry, where known."""

    @property
    def role(self) -> str | None:
        """ "training" | "epoch" | "evaluation", once it is known."""


class RunningLoop(Protocol):
    """One entry of a loop; it tells the truth also after it was left."""

    @property
    def site(self) -> LoopSite: ...

    @property
    def index(self) -> int:
        """Iterations begun, those that were skipped left out."""

    @property
    def item(self) -> Any:
        """What it works on; None before its first item."""

    @property
    def jumped(self) -> bool:
        """It has skipped to its last item."""


class Position(Protocol):
    """The conductor of the user's loops: capture tells it what happened and asks it where that was.

    All methods are called on the user's main thread, often deep inside torch, and must not raise.
    """

    def where(self) -> Where | None:
        """The innermost frame of the user's own source that runs now."""

    def backward(self) -> None:
        """A backward has just returned."""

    def update(self, optimiser: int) -> None:
        """Optimiser ``optimiser`` has just stepped; -1: a hand-written update was noticed, up to one step late."""

    def model_call(self, grad_enabled: bool, training: bool) -> None:
        """An outermost module, in train mode if ``training``, has just been entered."""

    def in_training_loop(self) -> bool:
        """The training loop is known, and the current frame is inside its body and in no evaluation loop there."""

    def evaluation_loop(self) -> Where | None:
        """The innermost loop around here without update or backward, where that is not the training loop."""

    def item(self) -> object | None:
        """The item the innermost training (or not yet known) loop works on, by reference."""

    def in_loop(self) -> bool:
        """Inside any loop of the user's."""

    def loops(self) -> Sequence[RunningLoop]:
        """The loops around here, innermost first."""

    def guarded(self) -> bool:
        """The current user line sits lexically inside an ``if``."""
