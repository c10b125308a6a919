"""MOD211 and GRD404 read the same experiment; one cause is one finding."""

from __future__ import annotations

from dataclasses import replace

from trialrun.checks.gradient.vanishing_gradient import VanishingGradient
from trialrun.checks.model.poor_initialisation import PoorInitialisation
from trialrun.evidence.experiments import Arm, ExperimentRecord
from trialrun.evidence.signal import EXCHANGED, INITIALISED, NAME, Signal, facts

from .records import OPTIMISER, findings

DYING = Signal((0.5, 0.05, 5e-3, 5e-4), (0.07, 0.01, 1e-3, 1e-4), (1e-7, 1e-5, 1e-3, 0.1))
STUCK = Arm("as it is", (2.303, *[2.25] * 59))
LEARNS = tuple(2.36 * 0.7**step for step in range(15))
RECORD = ExperimentRecord(
    NAME,
    control=STUCK,
    variants=(Arm(INITIALISED, LEARNS),),
    facts=facts(DYING),
    floor=0.0,
    words={"activations": "relu"},
)
EXCHANGE = replace(RECORD, variants=(Arm(INITIALISED, STUCK.losses), Arm(EXCHANGED, LEARNS)))


def test_another_start_that_learns_is_the_finding_and_explains_the_gradient() -> None:
    (finding,) = findings(PoorInitialisation, experiment=(RECORD,), optimiser=(OPTIMISER,))

    assert finding.where is not None
    assert finding.where.line == 12
    assert "loss 2.303 -> 2.25 in 59 steps" in finding.message
    assert finding.verified is not None
    assert "loss 2.36 -> 0.01601 in 14 steps (now: 2.303 -> 2.25)" in finding.verified.result
    (symptom,) = findings(VanishingGradient, experiment=(RECORD,), optimiser=(OPTIMISER,))
    assert "MOD211" in symptom.explained_by


def test_another_activation_is_told_where_a_better_start_does_not_help() -> None:
    assert findings(PoorInitialisation, experiment=(EXCHANGE,)) == []
    (finding,) = findings(VanishingGradient, experiment=(EXCHANGE,), optimiser=(OPTIMISER,))
    assert "Use ReLU or GELU instead of sigmoid and tanh" in finding.fix
    assert finding.verified is not None
    assert finding.verified.by == EXCHANGED


def test_nothing_is_said_without_proof_or_without_a_trend() -> None:
    unproven = replace(RECORD, variants=(Arm(INITIALISED, STUCK.losses),))
    level = replace(RECORD, facts=facts(Signal((1.0,) * 4, (1.0,) * 4, (1.0,) * 4)))
    only_traced = replace(RECORD, control=None, variants=())
    for record in (unproven, level, only_traced):
        for check in (PoorInitialisation, VanishingGradient):
            assert findings(check, experiment=(record,)) == []
