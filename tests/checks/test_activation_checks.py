from dataclasses import replace

import pytest

from trialrun.checks.model.dead_relu import DeadRelu
from trialrun.checks.model.saturated_activation import SaturatedActivation
from trialrun.evidence.activations import ActivationRecord

from .records import findings, line, updates

DEAD = ActivationRecord(
    function="relu",
    module="act",
    root="Net",
    where=line(15, "forward"),
    units=32,
    affine=True,
    output=False,
    samples=256,
    steps=4,
    shares=(0.95, 0.95, 0.97, 1.0),
    off_share=0.95,
)
FLAT = replace(DEAD, function="tanh", off_share=0.0)


@pytest.mark.parametrize(
    ("change", "count"),
    [
        ({}, 1),
        ({"off_share": 0.89}, 0),
        ({"shares": (1.0, 0.97, 0.96, 0.95)}, 0),
        ({"units": 7}, 0),
        ({"samples": 63}, 0),
        ({"steps": 2}, 0),
    ],
)
def test_dead_units_are_told_at_clear_shares_only(change: dict[str, object], count: int) -> None:
    assert len(findings(DeadRelu, update=updates(), activation=(replace(DEAD, **change),))) == count


@pytest.mark.parametrize(
    ("change", "count"),
    [
        ({}, 1),
        ({"function": "sigmoid"}, 1),
        ({"output": True}, 0),
        ({"affine": False}, 0),
        ({"shares": (0.95, 0.89, 0.95)}, 0),
        ({"shares": (0.99, 0.96, 0.93)}, 0),
        ({"shares": (0.95, 0.95)}, 0),
    ],
)
def test_saturation_is_told_where_it_is_hidden_and_lasts(change: dict[str, object], count: int) -> None:
    assert len(findings(SaturatedActivation, update=updates(), activation=(replace(FLAT, **change),))) == count


def test_layers_with_one_cause_are_one_finding() -> None:
    other = replace(DEAD, module="late")

    (finding,) = findings(DeadRelu, update=updates(), activation=(DEAD, other))

    assert "late" in finding.message
