"""Layers whose units started alike, and what training made of them."""

from __future__ import annotations

from dataclasses import dataclass

from trialrun.evidence.place import Where


@dataclass(frozen=True)
class AlikeUnits:
    """A Linear or convolution weight whose units (rows) were all equal before its first update; one a parameter."""

    name: str  # dotted, from the root
    root: str
    cls: str  # of the module: "Linear"
    units: int  # rows of the weight
    fan_in: int  # weights of one unit
    loaded: bool
    updates: int  # steps of an optimiser that holds it, with a gradient
    moving_updates: int  # of these, that changed it
    change: float  # L2 of the change of its first unit since then
    spread: float  # largest L2 distance of another unit from the first, now
    gradient: float  # largest L2 gradient of the first unit, over the updates
    gradient_spread: float  # largest L2 distance of another unit's gradient from the first unit's, over the updates
    initialised: Where | None = None  # where its values were last written before training
