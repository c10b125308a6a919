from __future__ import annotations

from dataclasses import replace

import pytest

from tests.checks.records import UPDATE, line
from trialrun.checks.evaluation.incomplete_checkpoint import IncompleteCheckpoint
from trialrun.evidence import Evidence
from trialrun.evidence.checkpoints import Checkpoint, TrainingState
from trialrun.evidence.experiments import Arm, ExperimentRecord
from trialrun.evidence.program import CoverageRecord, MissedBlock
from trialrun.evidence.resumption import LEAST, NAME, NOISE, TIMES_NOISE, continued, distance_of, lost, part
from trialrun.findings.finding import Finding, Severity

LAST = Checkpoint(
    where=line(9),
    saves=3,
    keys=("epoch", "model"),
    counters=("epoch",),
    optimisers=0,
    schedules=0,
    weights_share=1.0,
    in_memory=False,
    needed=(0, 1),
)
ADAM = TrainingState(0, "optimiser", "Adam", line(8), saved=False, tensors=4, names=("exp_avg",))
COSINE = TrainingState(1, "schedule", "CosineAnnealingLR", line(10), saved=False)
RESUMES = """import torch
start = 0
if resume:
    saved = torch.load("last.pt")
    model.load_state_dict(saved["model"])
    start = saved["epoch"] + 1
for epoch in range(start, 9):
    adam.step()
    torch.save(state, "last.pt")
    schedule.step()
"""
INFERS = RESUMES.replace("start = saved", "best = saved")


def _found(
    text: str = RESUMES,
    place: Checkpoint = LAST,
    states: tuple[TrainingState, ...] = (ADAM,),
    missed: tuple[MissedBlock, ...] = (),
) -> list[tuple[Severity, str, str]]:
    return [(one.severity, one.message, one.fix) for one in _findings(text, place, states, missed)]


def _findings(
    text: str,
    place: Checkpoint,
    states: tuple[TrainingState, ...],
    missed: tuple[MissedBlock, ...] = (),
    replayed: tuple[ExperimentRecord, ...] = (),
) -> list[Finding]:
    evidence = Evidence(
        update=(UPDATE,),
        checkpoint=(place,),
        training_state=states,
        coverage=(CoverageRecord(10, 10, missed, ("train.py",)),),
        source={"train.py": text},
        experiment=replayed,
    )
    return list(IncompleteCheckpoint().judge(evidence))


def test_what_is_missing_and_the_entry_to_add_are_named() -> None:
    ((severity, message, fix),) = _found()
    assert severity is Severity.WARNING
    assert "Adam (train.py:8)" in message and "4 tensors" in message
    assert '"optimizer": adam.state_dict()' in fix


@pytest.mark.parametrize(
    ("text", "place", "states"),
    [
        (INFERS, LAST, (ADAM,)),  # its epoch is only told
        (RESUMES, replace(LAST, counters=()), (ADAM,)),
        (RESUMES, replace(LAST, weights_share=0.0), (ADAM,)),  # something else is in it
        (RESUMES, replace(LAST, in_memory=True), (ADAM,)),
        (RESUMES, LAST, (replace(ADAM, saved=True),)),
        (RESUMES, LAST, (replace(ADAM, tensors=0),)),  # plain SGD
        (RESUMES, replace(LAST, needed=()), (ADAM,)),  # trained something else
        (RESUMES + "joblib.dump(adam, file)\n", LAST, (ADAM,)),
        (RESUMES, LAST, (replace(COSINE, positioned=True),)),
        (RESUMES.replace("start = 0", "schedule = StepLR(adam, 3, last_epoch=-1)"), LAST, (COSINE,)),
        (RESUMES + "plateau.num_bad_epochs = 0\n", LAST, (replace(COSINE, cls="ReduceLROnPlateau"),)),
    ],
)
def test_silent(text: str, place: Checkpoint, states: tuple[TrainingState, ...]) -> None:
    assert _found(text, place, states) == []


def test_our_own_save_is_looked_into_and_another_s_is_not() -> None:
    text = RESUMES.replace('torch.save(state, "last.pt")', 'trialrun.save_state("last.pt", model=model, epoch=epoch)')
    text = text.replace("torch.load", "trialrun.load_state")
    ((_, _, fix),) = _found(text)
    assert "Add optimizer=adam to what is saved" in fix
    assert _found(text.replace("trialrun.save_state", "accelerator.save_state")) == []
    assert _found(text.replace("trialrun.save_state", "save_state")) == []
    assert _found("from trialrun import save_state; " + text.replace("trialrun.save_state", "save_state"))


def test_the_number_of_the_epoch_may_come_out_of_a_function() -> None:
    text = RESUMES.replace('start = saved["epoch"] + 1', "start = load(saved)")
    assert _found(text) == []
    assert _found(text + 'def load(saved):\n    first = saved.get("epoch", 0)\n    return first\n')


def test_an_optimisers_state_is_kept_to_resume_but_not_where_a_loop_loads_it() -> None:
    place = replace(LAST, optimisers=1, schedules=0)
    ((severity, message, _),) = _found(
        INFERS, place, (replace(ADAM, saved=True), replace(COSINE, cls="ReduceLROnPlateau"))
    )
    assert severity is Severity.WARNING and "ReduceLROnPlateau" in message
    assert _found(INFERS + "    adam.load_state_dict(good)\n", place, (COSINE,)) == []


def test_a_schedule_that_another_program_may_build_anew_and_a_scaler_are_notes() -> None:
    place = replace(LAST, optimisers=1)
    assert [severity for severity, *_ in _found(INFERS, place, (COSINE,))] == [Severity.NOTE]
    assert [severity for severity, *_ in _found(RESUMES, place, (COSINE,))] == [Severity.WARNING]
    assert [severity for severity, *_ in _found(INFERS, replace(place, counters=()), (COSINE,))] == [Severity.WARNING]
    scaler = TrainingState(0, "scaler", "GradScaler", line(8), saved=False)
    assert [severity for severity, *_ in _found(RESUMES, place, (scaler,))] == [Severity.NOTE]


@pytest.mark.parametrize(
    ("cls", "adam", "place", "told"),
    [
        ("ExponentialLR", replace(ADAM, saved=True), replace(LAST, optimisers=1), False),
        ("ExponentialLR", replace(ADAM, saved=True), LAST, True),  # moments alone were saved: no rates
        ("ExponentialLR", replace(ADAM, saved=True, where=line(7)), replace(LAST, optimisers=1), True),  # of another
        ("StepLR", replace(ADAM, saved=True), replace(LAST, optimisers=1), True),  # counts its calls
    ],
)
def test_an_exponential_decay_goes_on_from_the_rates_of_its_optimiser(
    cls: str, adam: TrainingState, place: Checkpoint, told: bool
) -> None:
    schedule = replace(COSINE, cls=cls, driven_at=line(8))

    assert bool(_found(place=place, states=(adam, schedule))) is told


def test_running_statistics_that_are_reset_are_taken_again() -> None:
    place = replace(LAST, optimisers=1)
    norm = TrainingState(1, "statistics", "Net", None, saved=False, tensors=1, names=("norm",))

    assert _found(place=place, states=(norm,))
    assert not _found(text=RESUMES + "model.norm.reset_running_stats()\n", place=place, states=(norm,))


def test_a_save_that_was_not_reached_may_hold_the_rest() -> None:
    text = RESUMES + "if late:\n    torch.save(adam, 'adam.pt')\n"
    missed = MissedBlock("train.py", (12,), "if late", harmless=True)
    assert _found(text)
    assert _found(text, missed=(missed,)) == []


def _replayed(states: tuple[TrainingState, ...], distance: float, noise: float = 0.0) -> ExperimentRecord:
    arms, facts, words = [], {NOISE: noise}, {}
    for state in states:
        name = part(state.kind, line(8))
        as_it_is = Arm(f"{state.cls} continued", (2.0, 1.0))
        without = Arm(f"{state.cls} lost", (2.0, 1.75))
        arms += [as_it_is, without]
        facts[distance_of(name)] = distance
        words |= {continued(name): as_it_is.change, lost(name): without.change}
    return ExperimentRecord(NAME, variants=tuple(arms), facts=facts, words=words)


BOTH = (ADAM, replace(COSINE, driven_at=line(8)))


def test_a_replay_is_told_with_both_numbers_for_each_part() -> None:
    (one,) = _findings(RESUMES, LAST, BOTH, replayed=(_replayed(BOTH, 0.4, 0.01),))
    assert one.severity is Severity.WARNING
    assert one.verified is not None and one.verified.by == "Adam lost"
    assert "loss 2 -> 1.75 in 1 step (Adam continued: 2 -> 1)" in one.verified.result
    assert "40 %" in one.verified.result and "continued twice: 1 %" in one.verified.result
    assert "with CosineAnnealingLR lost" in one.verified.result
    assert one.measured["missing"][0]["distance"] == 0.4


@pytest.mark.parametrize(
    ("distance", "noise", "told"),
    [
        (0.0, 0.0, False),
        (LEAST, 0.0, False),
        (2 * LEAST, 0.0, True),
        (0.3, 0.031, False),
        (0.3, 0.9 * 0.3 / TIMES_NOISE, True),
        (float("inf"), 0.0, True),
    ],
)
def test_a_loss_that_shows_no_difference_is_none(distance: float, noise: float, told: bool) -> None:
    assert bool(_findings(RESUMES, LAST, (ADAM,), replayed=(_replayed((ADAM,), distance, noise),))) is told


def test_only_the_part_whose_loss_shows_is_told() -> None:
    (one,) = _findings(RESUMES, LAST, BOTH, replayed=(_replayed(BOTH[1:], 0.0),))
    assert "Adam" in one.message and "Cosine" not in one.message
    assert one.verified is None  # Adam's was not replayed
    skipped = ExperimentRecord(NAME, outcome="skipped", reason="Not frozen.")
    (one,) = _findings(RESUMES, LAST, BOTH, replayed=(skipped,))
    assert "Adam" in one.message and "Cosine" in one.message and one.verified is None
