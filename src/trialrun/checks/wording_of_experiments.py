"""How a run of an experiment is told: "loss 2.31 -> 0.02 in 60 steps"."""

from __future__ import annotations

from trialrun.checks.wording import count, number
from trialrun.evidence.experiments import Arm


def went(arm: Arm) -> str:
    """ "loss 2.31 -> 0.02 in 60 steps"."""
    return f"loss {number(arm.losses[0])} -> {number(arm.losses[-1])} in {count(len(arm.losses) - 1, 'step')}"


def ended(arm: Arm) -> str:
    """ "2.31 -> 4.8", for what is compared with it."""
    return f"{number(arm.losses[0])} -> {number(arm.losses[-1])}"
