from dataclasses import replace

import pytest

from trialrun.checks.evaluation.aliased_best_state import AliasedBestState
from trialrun.evidence.program import StateDictUse
from trialrun.findings.finding import Finding, Severity

from .records import STATE, findings, line, updates


def judged(*uses: StateDictUse) -> list[Finding]:
    return findings(AliasedBestState, state_dict=uses, update=updates())


def test_loading_an_alias_is_an_error_at_the_line_that_took_it() -> None:
    (finding,) = judged(STATE)

    assert finding.severity is Severity.ERROR
    assert str(finding.where) == "train.py:60"
    assert "taken here at step 4" in finding.message
    assert "5 steps later, when it is loaded back into its model (train.py:70)" in finding.message


@pytest.mark.parametrize(
    "change",
    [
        {"aliased_share": 0.0},
        {"aliased_share": 0.5},
        {"weights_changed": False},
        {"used_step": 4},  # averaged in place through the state, without a step
        {"same_module": False},  # a target network
    ],
    ids=str,
)
def test_right_uses_are_silent(change: dict[str, object]) -> None:
    assert judged(replace(STATE, **change)) == []


@pytest.mark.parametrize("change", [{"in_loop": False}, {"guarded": False}], ids=str)
def test_loading_a_state_that_was_not_the_best_so_far_is_a_warning(change: dict[str, bool]) -> None:
    (finding,) = judged(replace(STATE, **change))

    assert finding.severity is Severity.WARNING


def test_saving_the_best_so_far_is_a_warning() -> None:
    (finding,) = judged(replace(STATE, how="torch.save"))

    assert finding.severity is Severity.WARNING
    assert "the file holds the last weights" in finding.message


@pytest.mark.parametrize("change", [{"in_loop": False}, {"guarded": False}], ids=str)
def test_saving_a_live_state_is_silent(change: dict[str, bool]) -> None:
    assert judged(replace(STATE, how="torch.save", **change)) == []


def test_uses_of_one_state_are_one_finding_the_worst_of_them() -> None:
    saved = replace(STATE, how="torch.save")
    (finding,) = judged(saved, STATE, replace(STATE, used=line(71)))

    assert finding.severity is Severity.ERROR
    assert finding.measured["how"] == "load_state_dict"


_RETAKEN = replace(STATE, used_step=4, weights_changed=False, held_since=2)


@pytest.mark.parametrize(
    "body",
    [
        ("if score > best:", "best = score"),
        ("if loss < self.best - self.margin:", "self.best, self.waited = loss, 0"),
    ],
    ids=str,
)
def test_a_best_so_far_that_each_rehearsed_epoch_was_is_an_error(body: tuple[str, str]) -> None:
    (finding,) = _with_guard(*body)

    assert finding.severity is Severity.ERROR
    assert "the one taken here at step 2 held these weights too by then" in finding.message
    assert "(train.py:70): loading it changes nothing, whichever epoch was the best" in finding.message


@pytest.mark.parametrize(
    "body",
    [
        ("if epoch % 4 == 0:", "score = loss"),
        ("if step >= following:", "following = step + 50"),
        ("if step - last >= 50:", "last = step"),
        ("if score > 0.9:", "best = score"),
    ],
    ids=str,
)
def test_a_state_taken_in_turn_and_loaded_without_a_step_is_silent(body: tuple[str, str]) -> None:
    assert _with_guard(*body) == []


def test_one_state_of_each_fold_is_silent() -> None:
    assert _with_guard("if score > best:", "best = score", replace(_RETAKEN, held_since=None)) == []


def _with_guard(guard: str, assignment: str, use: StateDictUse = _RETAKEN) -> list[Finding]:
    """What is found where line 60 takes the state below ``guard``."""
    source = "\n" * 57 + f"{guard}\n    {assignment}\n    state = model.state_dict()\n"
    return findings(AliasedBestState, state_dict=(use,), update=updates(), source={"train.py": source})
