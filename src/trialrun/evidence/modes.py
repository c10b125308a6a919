"""Training calls whose Dropout and BatchNorm were left in eval mode."""

from __future__ import annotations

from dataclasses import dataclass

from trialrun.evidence.place import Where


@dataclass(frozen=True)
class EvalModeTraining:
    """A line of training calls that went from train mode to eval mode after an evaluation; later records replace it."""

    where: Where  # the model call
    root: str
    modules: tuple[str, ...]  # dotted names of Dropout (p > 0) and BatchNorm that ran in train mode before
    classes: tuple[str, ...]  # their classes, without repetition
    train_steps: int  # steps in train mode before it
    eval_steps: int  # steps in eval mode since
    first_step: int  # index of the first of these
    eval_where: Where | None  # the line that called eval() last
    eval_calls: int  # times it was called there
    evaluated_where: Where  # the model call of the evaluation in between
    recovered: bool  # train mode had come back after an earlier evaluation, or came back later
