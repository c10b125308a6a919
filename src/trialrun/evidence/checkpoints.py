"""What a program saves with ``torch.save``, and the state that its training goes on from."""

from __future__ import annotations

from dataclasses import dataclass

from trialrun.evidence.place import Where


@dataclass(frozen=True)
class Checkpoint:
    """All saves of one line."""

    where: Where | None
    saves: int
    keys: tuple[str, ...]  # of the saved mapping; () for anything else
    counters: tuple[str, ...]  # keys with a whole number that by their name count epochs or steps
    optimisers: int  # states of optimisers
    schedules: int  # states of schedules
    weights_share: float  # of the parameters in training then, how many are in it with their values of then, 0..1
    in_memory: bool  # never written to a file
    needed: tuple[int, ...]  # numbers of the ``TrainingState`` in use then


@dataclass(frozen=True)
class TrainingState:
    """Something that the next update depends on, and whether any save of the run held it."""

    number: int
    kind: str  # "optimiser" | "schedule" | "scaler" | "average" | "weights" | "statistics"
    cls: str  # "AdamW", "CosineAnnealingLR"; of the model for weights and statistics
    where: Where | None  # the line that steps it
    saved: bool
    tensors: int = 0  # that nothing saved holds; for statistics, layers
    names: tuple[str, ...] = ()  # of these parameters or layers; of an optimiser, what it keeps of each parameter
    positioned: bool = False  # a schedule that is told its epoch at each step
    driven_at: Where | None = None  # of a schedule: the line that steps the optimiser whose rates it sets
