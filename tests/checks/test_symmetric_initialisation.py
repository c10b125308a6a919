from dataclasses import replace

import pytest

from trialrun.checks.model.symmetric_initialisation import SymmetricInitialisation
from trialrun.evidence.symmetry import AlikeUnits
from trialrun.findings.finding import Severity

from .records import OPTIMISER, findings, line, updates

COPIES = AlikeUnits(
    name="hidden.weight",
    root="Net",
    cls="Linear",
    units=16,
    fan_in=8,
    loaded=False,
    updates=4,
    moving_updates=4,
    change=0.1,
    spread=1e-8,
    gradient=0.5,
    gradient_spread=1e-8,
    initialised=line(7),
)


def judged(*layers: AlikeUnits) -> list[tuple[Severity, str]]:
    found = findings(SymmetricInitialisation, alike_units=layers, update=updates(), optimiser=(OPTIMISER,))
    return [(finding.severity, str(finding.where)) for finding in found]


def test_units_that_stay_copies_are_one_error_where_they_were_set() -> None:
    assert judged(COPIES, replace(COPIES, name="other.weight")) == [(Severity.ERROR, "train.py:7")]
    assert judged(replace(COPIES, initialised=None)) == [(Severity.ERROR, "train.py:12")]


@pytest.mark.parametrize(
    "change", [{"updates": 1}, {"moving_updates": 1}, {"spread": 1e-3}, {"gradient_spread": 1e-2}, {"change": 0.0}]
)
def test_units_that_are_told_apart_are_silent(change: dict[str, float]) -> None:
    assert judged(replace(COPIES, **change)) == []


def test_nothing_but_zeros_and_loaded_copies_are_warnings() -> None:
    still = replace(COPIES, change=0.0, spread=0.0, gradient=0.0, gradient_spread=0.0, moving_updates=0)

    assert [severity for severity, _ in judged(still)] == [Severity.WARNING]
    assert judged(replace(still, updates=2)) == []
    assert [severity for severity, _ in judged(replace(COPIES, loaded=True))] == [Severity.WARNING]
