"""What came of running one update window of the program again and again."""

from __future__ import annotations

from dataclasses import dataclass

from trialrun.evidence.place import Where


@dataclass(frozen=True)
class OverfitRecord:
    """One frozen update window repeated, dropout and weight decay off, until its loss reached the floor or time was up.

    A loss is that of the window before the update it leads to: the mean over the window's backwards.
    """

    outcome: str  # "ran" | "skipped" | "broken": the program left the loop, or failed, while it was repeated
    reason: str = ""  # of a skip or a break, one sentence
    where: Where | None = None  # the training loop
    drawn_at: Where | None = None  # skipped because inputs differed from repeat to repeat: the line that drew them
    items: int = 0  # items of the loop in one window (k where k backwards precede a step)
    losses: tuple[float, ...] = ()  # one a repeat
    accuracy: tuple[float, ...] = ()  # share of right classes, 0..1, one a repeat; empty where it is not known
    floor: float | None = None  # the least this loss can reach on these targets; None: not known
    floor_source: str = ""  # why: "class indices", "entropy of soft targets", "label smoothing 0.1", ...
    loss_functions: tuple[str, ...] = ()  # "cross_entropy", ...; empty: none that is known
    nonlinear: bool | None = None  # some operation between weights and loss is not affine; None: not known
    float16: bool = False  # a gradient flows back through float16, and no GradScaler has scaled the loss
    parameters: int = 0  # trainable elements
    targets: int = 0  # target values in the window
    tied_share: float | None = None  # of them: at the end another target stood at the same output; None: not known
    one_output: bool | None = None  # at the end all samples had the same output; None: not known
    learning_rates: tuple[float, ...] = ()  # held at, one a parameter group
    rate_source: str = ""  # where that rate comes from: "schedule's peak", "set when built", "as found"
    switched_off: tuple[str, ...] = ()  # "Dropout p=0.5 (2)", "weight_decay=0.01"
    budget_steps: int = 0
    budget_ended: bool = False  # by steps or by time, before the floor was reached
    seconds: float = 0.0


@dataclass(frozen=True)
class RepeatRecord:
    """How far the repeats are; a later record replaces an earlier one."""

    repeats: int
    loss: float


@dataclass(frozen=True)
class RestoreRecord:
    """Whether everything stood as before, bit for bit, after something had been run on the program's own state."""

    after: str  # "overfit" | "timing"
    identical: bool
    differing: tuple[str, ...] = ()  # what did not come back
    tensors: int = 0
    bytes: int = 0
