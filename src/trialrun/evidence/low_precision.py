"""Whether weights of few digits move: as they are, and with float32 copies of them kept between the steps."""

from __future__ import annotations

from dataclasses import dataclass

from trialrun.evidence.experiments import ExperimentRecord

NAME = "float32 weights"
AS_IT_IS, HELD = "as it is", "weights kept in float32 between the steps"

# This project's own choices, kept far apart: where a rate suits the weights' dtype most of them move in a few steps.
STUCK = 0.1  # of the weights with a gradient have moved, as it is
MOVES = 0.5  # of them have moved with float32 copies


@dataclass(frozen=True)
class Movement:
    """Of the elements of weights in bfloat16 or float16 that had a gradient other than 0 in some step."""

    elements: int
    as_it_is: float  # share that has another value than at the start, 0..1
    held: float  # the same, with float32 copies
    swallowed: float  # share of the first step's updates that rounding to the weight's dtype left nothing of, 0..1

    @property
    def stuck(self) -> bool:
        """Whether rounding keeps the weights where they are."""
        return self.elements > 0 and self.as_it_is <= STUCK and self.held >= MOVES


def movement(record: ExperimentRecord | None) -> Movement | None:
    """What ``record`` holds of it; None where nothing was compared."""
    if record is None or record.control is None or not record.variants or "moved_as_it_is" not in record.facts:
        return None
    given = record.facts
    return Movement(
        int(given["elements"]), given["moved_as_it_is"], given["moved_held"], given["swallowed_in_first_step"]
    )
