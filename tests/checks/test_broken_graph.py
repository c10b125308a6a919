from dataclasses import replace

import pytest

from trialrun.checks.gradient.broken_graph import BrokenGraph
from trialrun.evidence.model import CutSite
from trialrun.findings.finding import Finding, Severity

from .records import OPTIMISER, PARAMETER, findings, line, missed, updates

CUT = CutSite(".item()", line(25, "forward"))
LOST = replace(PARAMETER, reached=0, gradient_norms=(), changed=False, value_reaches_loss=True, cuts=(CUT,))


def judged(*parameters: object, **evidence: object) -> list[Finding]:
    return findings(
        BrokenGraph, **{"parameter": parameters, "optimiser": (OPTIMISER,), "update": updates(), **evidence}
    )


def test_cut_in_front_of_an_optimised_module_is_an_error_at_the_cut() -> None:
    bias = replace(LOST, id=1, name="encoder.bias", numel=8)
    (finding,) = judged(LOST, bias, replace(PARAMETER, id=2, name="head.weight"))

    assert finding.severity is Severity.ERROR
    assert str(finding.where) == "train.py:25"
    assert "`.item()` cuts the path from the loss to Net.encoder" in finding.message
    assert "2 parameters (40 weights) held by SGD (train.py:12)" in finding.message


@pytest.mark.parametrize(
    "change",
    [
        {"requires_grad": False},
        {"optimisers": ()},
        {"optimisers": (7,)},  # an optimiser that never stepped: another player's turn has not come
        {"module_runs": 0},
        {"reached": 1},
        {"value_reaches_loss": False},
        {"changed": True},
        {"cuts": ()},
    ],
    ids=str,
)
def test_anything_less_is_silent(change: dict[str, object]) -> None:
    assert judged(replace(LOST, **change)) == []


def test_loaded_weights_are_a_warning() -> None:
    (finding,) = judged(replace(LOST, loaded=True))

    assert finding.severity is Severity.WARNING
    assert "requires_grad_(False)" in finding.message


def test_unreached_statement_makes_it_a_warning() -> None:
    (finding,) = judged(LOST, coverage=missed("if step > 1000", (30,)))

    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize("operation", ["detach", "detach_", "data", ".data", "no_grad"])
def test_cut_that_asks_for_the_gradient_to_stop_is_a_warning(operation: str) -> None:
    (finding,) = judged(replace(LOST, cuts=(CutSite(operation, line(25)),)))

    assert finding.severity is Severity.WARNING
    assert "leave them out of the optimiser" in finding.message


def test_any_such_cut_on_the_way_counts() -> None:
    (finding,) = judged(replace(LOST, cuts=(CUT, CutSite("detach", line(27)))))

    assert finding.severity is Severity.WARNING


def test_each_cut_is_a_finding() -> None:
    other = replace(LOST, id=1, cuts=(CutSite("argmax", line(31)),))
    assert [str(finding.where) for finding in judged(LOST, other)] == ["train.py:25", "train.py:31"]
