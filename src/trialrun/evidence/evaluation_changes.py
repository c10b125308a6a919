"""Evaluation loops that left the model other than they found it."""

from __future__ import annotations

from dataclasses import dataclass

from trialrun.evidence.place import Where


@dataclass(frozen=True)
class EvaluationChange:
    """A loop in which a model that is trained in train mode ran in eval mode, and what training found changed after it.

    A later record of the same model call and root replaces an earlier one.
    """

    where: Where  # the model call
    root: str
    loop: Where | None  # around it; None: no loop
    parameters: tuple[str, ...]  # dotted names of those that differed, and still did when training went on
    buffers: tuple[
        str, ...
    ]  # persistent floating-point ones that training changes too, those of torch's modules left out
    entries: int  # evaluations after which something differed
    steps: int = 0  # of the optimiser that trains the model, in those loops
    step_where: Where | None = None
    optimiser: int = -1
    trained_on_inputs: bool = False  # an input of these loops is one that training used
    other_evaluations: int = 0  # of the model, by other calls, that changed nothing and had no step
    own_targets: bool = False  # a loss in these loops compared the model's output with what was made of an output
    inputs_again: int = 0  # inputs of one evaluation that an earlier one had too, over all of them
