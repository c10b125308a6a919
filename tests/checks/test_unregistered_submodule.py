from dataclasses import replace

import pytest

from trialrun.checks.model.unregistered_submodule import UnregisteredSubmodule
from trialrun.findings.finding import Severity

from .records import STRAY, findings, missed, updates


def test_trained_layer_outside_the_model_is_an_error() -> None:
    (finding,) = findings(UnregisteredSubmodule, stray_module=(STRAY,), update=updates())

    assert finding.severity is Severity.ERROR
    assert str(finding.where) == "train.py:17"
    assert "blocks[0] (Linear)" in finding.message
    assert "72 trainable weights got gradients in 3 steps" in finding.message


def test_layers_called_on_one_line_are_one_finding() -> None:
    strays = tuple(replace(STRAY, name=f"blocks[{index}]") for index in range(5))
    (finding,) = findings(UnregisteredSubmodule, stray_module=strays, update=updates())

    assert "5 modules" in finding.message
    assert "and 2 more" in finding.message


@pytest.mark.parametrize(
    "change",
    [{"parameters": 0}, {"steps": 1}, {"training": False}, {"has_gradient": False}, {"optimised": True}],
    ids=lambda change: next(iter(change)),
)
def test_right_uses_are_silent(change: dict[str, object]) -> None:
    assert findings(UnregisteredSubmodule, stray_module=(replace(STRAY, **change),), update=updates()) == []


def test_loaded_layer_is_a_warning() -> None:
    (finding,) = findings(UnregisteredSubmodule, stray_module=(replace(STRAY, loaded=True),), update=updates())

    assert finding.severity is Severity.WARNING


def test_unreached_statement_makes_it_a_warning() -> None:
    coverage = missed("if epoch == 5", (90,))
    (finding,) = findings(UnregisteredSubmodule, stray_module=(STRAY,), update=updates(), coverage=coverage)

    assert finding.severity is Severity.WARNING
    assert "`if epoch == 5` (train.py:90)" in finding.message
