"""How a run of an experiment is told: "loss 2.31 -> 0.02 in 60 steps"."""

from __future__ import annotations

from typing import Any

from trialrun.checks.wording import count, number
from trialrun.evidence import Evidence
from trialrun.evidence.experiments import Arm
from trialrun.evidence.regularisation import held_back
from trialrun.evidence.sweep import Sweep
from trialrun.findings.finding import Verified


def went(arm: Arm) -> str:
    """ "loss 2.31 -> 0.02 in 60 steps"."""
    return f"loss {number(arm.losses[0])} -> {number(arm.losses[-1])} in {count(len(arm.losses) - 1, 'step')}"


def ended(arm: Arm) -> str:
    """ "2.31 -> 4.8", for what is compared with it."""
    return f"{number(arm.losses[0])} -> {number(arm.losses[-1])}"


def span(found: Sweep) -> str:
    """The rates that did best: "0.001 to 0.03"."""
    low, high = number(found.lowest), number(found.highest)
    return low if low == high else f"{low} to {high}"


def measured(found: Sweep) -> dict[str, Any]:
    """The numbers of a sweep, as a finding holds them."""
    return {
        "learning_rate": found.rate,
        "first_loss": found.control.losses[0],
        "last_loss": found.control.losses[-1],
        "lowest_proposed": found.lowest,
        "highest_proposed": found.highest,
        "sweep": {number(found.rate_of(arm)): arm.losses[-1] for arm in found.record.variants},
    }


def verified(found: Sweep) -> Verified:
    """The batch at the best rate, beside the program's own."""
    rate = number(found.rate_of(found.best))
    result = f"the same batch goes {went(found.best)} (now: {ended(found.control)})"
    return Verified(f"a learning rate of {rate}", result)


def tried(found: Sweep) -> str:
    """Which of the rates learn the batch, in two sentences."""
    rates = count(len(found.record.variants) + 1, "rate")
    best = number(found.rate_of(found.best))
    return f"From the same weights, {best} learns it. Of {rates} tried, {span(found)} did best."


def without_regularisation(evidence: Evidence) -> Verified | None:
    """The batch without dropout and weight decay, where these keep it from being learnt."""
    record = held_back(evidence)
    if record is None or record.control is None:
        return None
    off = record.variants[0]
    return Verified(off.change, f"one batch goes {went(off)} (with them: {ended(record.control)})")
