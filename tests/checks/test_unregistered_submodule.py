from dataclasses import replace

import pytest

from trialrun.checks.model.unregistered_submodule import UnregisteredSubmodule
from trialrun.findings.finding import Severity

from .records import SOURCE, STRAY, findings, line, missed, updates

PAIR = (STRAY, replace(STRAY, name="blocks[1]"))


def test_list_of_trained_layers_outside_the_model_is_an_error() -> None:
    (finding,) = findings(UnregisteredSubmodule, stray_module=PAIR, update=updates(), source=SOURCE)

    assert finding.severity is Severity.ERROR
    assert str(finding.where) == "train.py:17"
    assert "blocks[0] (Linear), blocks[1] (Linear)" in finding.message
    assert "144 trainable weights got gradients in 3 steps" in finding.message


def test_layers_of_one_dict_called_on_two_lines_are_one_error_at_the_first() -> None:
    other = replace(STRAY, name="blocks[1]", where=line(18, "forward"))
    (finding,) = findings(UnregisteredSubmodule, stray_module=(STRAY, other), update=updates(), source=SOURCE)

    assert (str(finding.where), finding.severity) == ("train.py:17", Severity.ERROR)


def test_list_of_pairs_is_one_error() -> None:
    pairs = tuple(replace(STRAY, name=f"stages[{stage}][{index}]") for stage in range(2) for index in range(2))
    (finding,) = findings(UnregisteredSubmodule, stray_module=pairs, update=updates(), source=SOURCE)

    assert finding.severity is Severity.ERROR
    assert "4 modules" in finding.message


def test_single_layer_out_of_sight_is_a_warning() -> None:
    (finding,) = findings(UnregisteredSubmodule, stray_module=(STRAY,), update=updates(), source=SOURCE)

    assert finding.severity is Severity.WARNING
    assert "requires_grad_(False)" in finding.message


def test_program_that_hands_layers_over_later_gets_a_warning() -> None:
    source = {"train.py": "optimizer.add_param_group({'params': block.parameters()})"}
    (finding,) = findings(UnregisteredSubmodule, stray_module=PAIR, update=updates(), source=source)

    assert finding.severity is Severity.WARNING


def test_program_that_hands_layers_over_as_training_goes_gets_a_note() -> None:
    source = {"train.py": "for epoch in range(9):\n    optimizer.add_param_group({'params': model.grow()})"}
    (finding,) = findings(UnregisteredSubmodule, stray_module=PAIR, update=updates(), source=source)

    assert finding.severity is Severity.NOTE


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
    (finding,) = findings(
        UnregisteredSubmodule,
        stray_module=tuple(replace(stray, loaded=True) for stray in PAIR),
        update=updates(),
        source=SOURCE,
    )

    assert finding.severity is Severity.WARNING


def test_unreached_statement_makes_it_a_warning() -> None:
    coverage = missed("if epoch == 5", (90,))
    (finding,) = findings(UnregisteredSubmodule, stray_module=PAIR, update=updates(), coverage=coverage, source=SOURCE)

    assert finding.severity is Severity.WARNING
    assert "`if epoch == 5` (train.py:90)" in finding.message
