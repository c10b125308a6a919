"""Parameters that no optimiser holds, and what a replay that updates them says."""

from __future__ import annotations

from trialrun.evidence.model import ParameterRecord
from trialrun.evidence.rehearsal import Evidence
from trialrun.evidence.replays import INCLUDED_PARAMETERS, replay

NONE = 1e-6  # of the gradient that they get: what rounding leaves of one that is 0


def left_out(parameter: ParameterRecord) -> bool:
    """Whether it is trainable, got a gradient, and nothing updated it."""
    return (
        bool(parameter.root)
        and parameter.requires_grad
        and parameter.reached > 0
        and not parameter.optimisers
        and not parameter.changed
    )


def needed(evidence: Evidence) -> bool:
    """Whether all that the optimisers hold gets no gradient in the repeats, and with them the batch is learnt.

    Features that are kept as they were drawn, or a network that is only calibrated, leave the rest a gradient: that
    such a program learns little proves nothing.
    """
    found = replay(evidence, INCLUDED_PARAMETERS)
    if found is None or not found.confirms or found.fixed.gradient_norm is None or found.control.gradient_norm is None:
        return False
    return found.control.gradient_norm <= NONE * found.fixed.gradient_norm
