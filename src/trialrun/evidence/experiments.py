"""What came of running the update window with one thing changed."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from trialrun.evidence.place import Where


@dataclass(frozen=True)
class Arm:
    """The window run once, or repeatedly with what it learns kept, in one way.

    A loss is that of the window before the update it leads to: the mean over the window's backwards.
    """

    change: str  # "as it is", "learning rate x 0.1"
    losses: tuple[float, ...] = ()  # one a repeat
    value: float | None = None  # what was changed, as a number (a factor, a share, ...); None: not a number
    gradient_norm: float | None = None  # L2 over all gradients that the first repeat's steps consumed
    accuracy: tuple[float, ...] = ()  # share of right classes, 0..1, one a repeat; empty where it is not known

    @property
    def finite(self) -> bool:
        """Whether no loss was NaN or infinite."""
        return all(math.isfinite(loss) for loss in self.losses)


@dataclass(frozen=True)
class ExperimentRecord:
    """One experiment: the window as it is, and with one thing changed; a later record replaces an earlier one."""

    experiment: str  # its name: "learning rate", "zeroed inputs", ...
    suspicion: str = ""  # why it was run, one clause; "" for those that every program pays for
    outcome: str = "ran"  # "ran" | "skipped"
    reason: str = ""  # of a skip, one sentence
    where: Where | None = None  # what the experiment found a place for
    control: Arm | None = None
    variants: tuple[Arm, ...] = ()
    facts: dict[str, float] = field(default_factory=dict)  # what was measured besides, by name with its unit
    words: dict[str, str] = field(default_factory=dict)  # names of modules, operations and the like
    floor: float | None = None  # the least the loss can reach; None: not known
    seconds: float = 0.0
