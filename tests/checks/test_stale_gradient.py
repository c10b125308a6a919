from dataclasses import replace

import pytest

from trialrun.checks.gradient.stale_gradient import StaleGradient
from trialrun.evidence.experiments import Arm, ExperimentRecord
from trialrun.findings.finding import Severity, Verified

from .records import OPTIMISER, UPDATE, findings, line, updates


def test_cleared_gradients_are_silent() -> None:
    assert findings(StaleGradient, update=updates(), optimiser=(OPTIMISER,)) == []


def test_two_stale_steps_are_an_error_with_the_growing_norms() -> None:
    run = tuple(
        replace(UPDATE, step=step, gradient_norm=norm, stale_parameters=4 if step else 0)
        for step, norm in enumerate((1.0, 1.99, 2.97))
    )
    (finding,) = findings(StaleGradient, update=run, optimiser=(OPTIMISER,))

    assert finding.severity is Severity.ERROR
    assert str(finding.where) == "train.py:41"
    assert "SGD.step() used gradients that its previous step had already used, in 2 of 3 steps" in finding.message
    assert "|g| was 1, 1.99, 2.97" in finding.message
    assert "zero_grad()" in finding.fix


def test_one_stale_step_of_many_is_a_warning() -> None:
    run = (*updates(3), replace(UPDATE, step=3, stale_parameters=4))
    (finding,) = findings(StaleGradient, update=run, optimiser=(OPTIMISER,))

    assert finding.severity is Severity.WARNING


def test_one_stale_step_of_two_is_an_error_when_every_gradient_is_stale() -> None:
    run = (UPDATE, replace(UPDATE, step=1, stale_parameters=4))
    assert findings(StaleGradient, update=run, optimiser=(OPTIMISER,))[0].severity is Severity.ERROR

    part = (UPDATE, replace(UPDATE, step=1, stale_parameters=1))
    (finding,) = findings(StaleGradient, update=part, optimiser=(OPTIMISER,))
    assert finding.severity is Severity.WARNING
    assert "1 of its 4 gradients" in finding.message


def test_optimisers_are_judged_apart() -> None:
    other = replace(OPTIMISER, id=1, cls="Adam")
    run = (*updates(), *(replace(UPDATE, optimiser=1, step=step, stale_parameters=2) for step in (3, 4)))
    (finding,) = findings(StaleGradient, update=run, optimiser=(OPTIMISER, other))

    assert finding.measured["optimiser"] == "Adam"


def test_optimisers_of_a_sweep_make_one_finding_that_of_the_worst() -> None:
    others = [replace(OPTIMISER, id=identity) for identity in (1, 2)]
    run = (
        *updates(2, stale_parameters=4),
        *updates(3, optimiser=1, stale_parameters=4),
        *updates(2, optimiser=2, stale_parameters=4),
    )
    (finding,) = findings(StaleGradient, update=run, optimiser=(OPTIMISER, *others))

    assert "in 3 of 3 steps" in finding.message
    assert finding.message.endswith("So did 2 more, built at the same line.")


def test_optimisers_built_at_different_lines_make_a_finding_each() -> None:
    other = replace(OPTIMISER, id=1, where=line(99))
    run = (*updates(2, stale_parameters=4), *updates(2, optimiser=1, stale_parameters=4))
    assert len(findings(StaleGradient, update=run, optimiser=(OPTIMISER, other))) == 2


def test_hand_written_update_gets_its_own_advice() -> None:
    by_hand = replace(OPTIMISER, id=-1, cls="hand-written")
    (finding,) = findings(StaleGradient, update=updates(optimiser=-1, stale_parameters=4), optimiser=(by_hand,))

    assert "p.grad = None" in finding.fix


@pytest.mark.parametrize(
    ("now", "confirmed"),
    [((1.0, *(0.9,) * 9), True), ((1.0, *(0.9,) * 8, 0.01), False), ((1.0, *(0.01,) * 9), False)],
    ids=["not learnt", "learnt at its end", "learnt"],
)
def test_what_cleared_gradients_do_to_one_batch_is_told(now: tuple[float, ...], confirmed: bool) -> None:
    run = tuple(replace(UPDATE, step=step, stale_parameters=4 if step else 0) for step in range(3))
    fixed = Arm("cleared gradients", (1.0, *(0.02,) * 9))
    record = ExperimentRecord("cleared gradients", control=Arm("as it is", now), variants=(fixed,), floor=0.0)
    (finding,) = findings(StaleGradient, update=run, optimiser=(OPTIMISER,), experiment=(record,))

    wanted = Verified("cleared gradients", "loss 1 -> 0.02 in 9 steps (now: 1 -> 0.9)")
    assert finding.verified == (wanted if confirmed else None)
