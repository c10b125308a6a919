"""What became of gradients between the backward that made them and the step that was to use them."""

from __future__ import annotations

from dataclasses import dataclass

from trialrun.evidence.place import Where


@dataclass(frozen=True)
class WindowRecord:
    """The backwards between one step of an optimiser and the step before it."""

    step: int  # 0-based update that ended it
    optimiser: int
    where: Where | None  # the line of the step
    used: int  # backwards that had left a gradient which the step found
    wiped: int  # backwards all of whose gradients were cleared before any step could use them
    gradients_found: bool  # the step found some gradient that was not zero
    wiped_where: Where | None = None  # the line that cleared them; None: not by a zero_grad()
    wiped_backward: Where | None = None  # the line of the last backward that was wiped
    used_backward: Where | None = None  # the line of the last backward that was used
    wiped_norm: float | None = None  # L2 of the gradients that the last wiped backward had left
    loop: Where | None = None  # the innermost loop around the step that the backwards stand in too
    entry: int = 0  # a number of this entry of that loop; entries of other loops have others
    used_earlier: int = 0  # of ``used``: made in an earlier entry of that loop
    wiped_earlier: int = 0  # of ``wiped``: made in an earlier entry of that loop


@dataclass(frozen=True)
class ClipRecord:
    """One call of ``clip_grad_norm_`` or ``clip_grad_value_`` and where it stood among backward and step."""

    step: int  # updates made before it
    kind: str  # "norm" | "value"
    where: Where | None
    limit: float  # max_norm or clip_value
    size: float | None  # before it: the total norm, or the largest absolute element; of the gradients as they stood
    active: bool  # it changed the gradients: size > limit
    optimisers: tuple[int, ...]  # those that hold what was clipped
    late: bool = False  # a step had used these gradients already, and nothing used them after it
    step_where: Where | None = None  # the line of that step
    scale: float | None = None  # the factor of a gradient scaler that was still in them


@dataclass(frozen=True)
class BrokenGradient:
    """A step that was given gradients with NaN or infinity in them."""

    step: int
    optimiser: int
    where: Where | None  # the line of the backward
    parameter: str  # dotted name of the first such parameter, in the optimiser's order
    root: str  # class name of its model; "" for leaves of no module
    kind: str  # "nan" | "inf"
    share: float  # of that gradient's elements, 0..1
    parameters: int  # tensors with such gradients
    held: int  # tensors with any gradient
    operation: str = ""  # one of the forward that was at a point where its derivative is infinite; "": none was seen
    operation_where: Where | None = None
    point: str = ""  # that point: "0", "1 or -1"
    elements: int = 0  # of its input there
