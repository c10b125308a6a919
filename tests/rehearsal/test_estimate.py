"""The full run is told from the times of its parts; what cannot be known is not made up."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from tests.rehearsal.conftest import Command
from trialrun.evidence import Evidence
from trialrun.evidence.estimate import Estimate
from trialrun.evidence.model import OptimiserRecord, UpdateRecord
from trialrun.evidence.place import Where
from trialrun.evidence.program import (
    CoverageRecord,
    LoopRecord,
    MemoryRecord,
    MissedBlock,
    WritePlace,
    WriteRecord,
)
from trialrun.evidence.timing import BranchTime, LoopBound, LoopTime, ScriptTime
from trialrun.rehearsal.counting import items_until, runs_of
from trialrun.rehearsal.estimate import estimate, usual, why_none


def line(number: int) -> Where:
    return Where("train.py", number)


EPOCHS = LoopTime(line(10), None, 1, 3, 0.0, (), (2.0,), role="epoch", length=10, updates_items=2)
BATCHES = LoopTime(
    line(12), line(10), 3, 30, 1.5, (0.1,) * 20, (0.4,) * 4, role="training", length=100, updates=8, updates_items=8,
    watched_items=10,
)  # fmt: skip
VALIDATION = LoopTime(line(20), line(10), 3, 9, 0.0, (0.5,) * 6, role="evaluation", length=4)
SAVES = WriteRecord("best.pt", 1000, 3, places=(WritePlace(3, line(10)),))
RUN = Evidence(
    loop_time=(EPOCHS, BATCHES, VALIDATION),
    script_time=(ScriptTime(5.0, {"torch": 1.0, "torch._dynamo": 2.0}),),
    memory=(MemoryRecord(300),),
    write=(SAVES,),
)
ENDLESS = LoopTime(line(30), None, 1, 24, 0.0, (0.1,) * 20, role="training", updates=4, updates_items=4)
BOUND = LoopBound(line(38), line(30), "break", ">", 4, 1, 400, 1.0, 0.0, updates_before=1)
EVALUATION = BranchTime(line(31), line(30), 4, 1, (3.0,), 100, 0, 1.0, 0, costly=True)


def told(evidence: Evidence) -> Estimate:
    result = estimate(evidence)
    assert result is not None, why_none(evidence)
    assert why_none(evidence) is None
    return result


def test_epochs_batches_and_validation_add_up() -> None:
    result = told(RUN)
    # set-up 5 + import 1; 10 epochs of 2 s of their own, 0.5 s to enter the loader, 100 x 0.1 s, 4 x 0.5 s
    assert result.duration_s == pytest.approx(6 + 10 * (2 + 0.5 + 10 + 2))
    assert (result.steps, result.epochs, result.measured_steps) == (1000, 10, 20)
    assert result.duration_low_s < 0.95 * result.duration_s < 1.05 * result.duration_s < result.duration_high_s
    assert (result.peak_memory_bytes, result.peak_device_bytes, result.notes) == (300, None, ())


def test_a_first_optimiser_imports_more_of_torch() -> None:
    more = told(replace(RUN, optimiser=(OptimiserRecord(0, "SGD", None, 1),)))
    assert more.duration_s == pytest.approx(told(RUN).duration_s + 2.0)


def test_updates_by_hand_are_counted_over_the_items_that_were_watched() -> None:
    update = UpdateRecord(0, -1, None, (), None, None, None, 1)
    by_hand = (EPOCHS, replace(BATCHES, updates=0), VALIDATION)
    assert told(replace(RUN, loop_time=by_hand, update=(update,) * 10)).steps == 1000


def test_the_length_comes_from_the_test_that_ends_the_loop() -> None:
    result = told(replace(RUN, loop_time=(ENDLESS,), loop_bound=(BOUND,), branch_time=(EVALUATION,), write=()))
    assert result.steps == 401
    assert result.duration_s == pytest.approx(6 + 40.1 + 5 * 3.0)  # evaluated at 0, 100, 200, 300 and 400
    assert result.epochs is None


def test_a_loop_in_a_branch_is_entered_as_often_as_the_branch_runs() -> None:
    passes = LoopTime(line(33), line(30), 2, 12, 0.0, (0.2,) * 8, role="evaluation", length=50, branch=line(31))
    result = told(replace(RUN, loop_time=(ENDLESS, passes), loop_bound=(BOUND,), branch_time=(EVALUATION,), write=()))
    assert result.duration_s == pytest.approx(6 + 40.1 + 5 * (3.0 + 2 * 50 * 0.2))


def test_a_branch_that_never_ran_widens_the_range() -> None:
    never = replace(EVALUATION, runs=0, seconds=(), remainder=None)
    result = told(replace(RUN, loop_time=(ENDLESS,), loop_bound=(BOUND,), branch_time=(never,), write=()))
    assert result.duration_s == pytest.approx(6 + 40.1)
    assert result.duration_high_s > result.duration_s * 1.05 + 3
    assert any("train.py:31" in note and "never ran" in note for note in result.notes)
    cheap = replace(never, costly=False)
    assert not told(replace(RUN, loop_time=(ENDLESS,), loop_bound=(BOUND,), branch_time=(cheap,), write=())).notes


def test_what_has_no_length_has_no_estimate() -> None:
    endless = replace(RUN, loop_time=(ENDLESS,), write=())
    assert estimate(endless) is None
    assert why_none(endless) == (
        "There is no estimate of the full run: nothing tells how many items the loop at train.py:30 has. "
        "One item of the loop at train.py:30 takes 0.1 s."
    )


def test_a_counter_that_does_not_grow_bounds_nothing() -> None:
    still = replace(BOUND, left_growth=0.0)
    assert estimate(replace(RUN, loop_time=(ENDLESS,), loop_bound=(still,), write=())) is None


def test_a_patience_seen_twice_does_not_shorten_a_loop_of_known_length() -> None:
    patience = LoopBound(line(25), line(10), "break", ">=", 3, 0, 2, 1.0, 0.0)
    assert told(replace(RUN, loop_bound=(patience,))).epochs == 10


def test_a_counter_that_counts_on_ends_all_entries_together() -> None:
    budget = LoopBound(line(15), line(12), "break", ">=", 30, 1, 250, 1.0, 0.0, restarts=False, updates_before=1)
    forever = replace(EPOCHS, length=None)
    result = told(replace(RUN, loop_time=(forever, BATCHES, VALIDATION), loop_bound=(budget,)))
    assert (result.steps, result.epochs) == (250, 3)


def test_an_outer_test_of_a_counter_of_inner_items_is_seen_through_the_cut() -> None:
    steps = LoopBound(line(10), line(10), "while", "<", 3, 0, 1000, 10.0, 0.0)
    forever = replace(EPOCHS, length=None)
    batches = replace(BATCHES, iterations=50, watched_items=30)  # twenty of them were put back
    result = told(replace(RUN, loop_time=(forever, batches, VALIDATION), loop_bound=(steps,)))
    assert (result.steps, result.epochs) == (1000, 10)


def test_without_an_end_of_the_script_or_a_training_loop_there_is_none() -> None:
    for evidence in (replace(RUN, script_time=()), replace(RUN, loop_time=(VALIDATION,)), Evidence()):
        assert estimate(evidence) is None
        assert "no estimate" in (why_none(evidence) or "")


def test_the_cut_steps_of_lbfgs_tell_nothing() -> None:
    assert estimate(replace(RUN, optimiser=(OptimiserRecord(0, "LBFGS", None, 1),))) is None


def test_bytes_grow_with_the_loop_they_are_written_in() -> None:
    final = WriteRecord("final.pt", 500, 1, places=(WritePlace(1, None),))
    each = tuple(WriteRecord(f"epoch{k}.pt", 70, 1, places=(WritePlace(1, line(10)),)) for k in (0, 1, 9))
    gone = WriteRecord("old.pt", 0, 1, "delete")
    result = told(replace(RUN, write=(SAVES, final, *each, gone)))
    assert result.written_bytes == 1000 * 10 + 500 + 70 * 10


def test_what_was_never_reached_is_named() -> None:
    source = "\n" * 9 + "for epoch in range(10):\n    train()\n    if bad():\n        save(x)\n        break\n"
    missed = MissedBlock("train.py", (13, 14), "if bad()")
    notes = told(
        replace(
            RUN,
            source={"train.py": source},
            coverage=(CoverageRecord(5, 3, (missed,), ("train.py",)),),
            loop=(LoopRecord(line(10), "epoch", 1, 3, 10, True, True),),
        )
    ).notes
    assert [note.split(":")[1] for note in notes] == ["14", "13"]
    assert "may end sooner" in notes[0]


def test_unwatched_items_are_the_truth_and_the_first_of_many_are_left_out() -> None:
    assert usual(BATCHES)[0] == pytest.approx(0.1)
    assert usual(replace(BATCHES, item_seconds=(9.0,) * 6 + (0.1,) * 14))[0] == pytest.approx(0.1)
    assert usual(replace(BATCHES, item_seconds=()))[0] == pytest.approx(0.4)
    bursts = replace(BATCHES, item_seconds=(0.0, 0.2) * 30)  # of two workers that finish together
    middle, half = usual(bursts)
    assert middle == pytest.approx(0.1)
    assert half > 0


@pytest.mark.parametrize(
    ("how", "operator", "left", "right", "growth", "expected"),
    [
        ("while", "<", 0, 10, 1, 10),
        ("while", "<=", 0, 10, 1, 11),
        ("while", "<", 0, 10, 3, 4),
        ("while", ">", 10, 0, -1, 10),
        ("while", "!=", 0, 10, 1, 10),
        ("break", ">=", 1, 10, 1, 10),
        ("break", ">", 1, 10, 1, 11),
        ("break", "==", 0, 9, 1, 10),
        ("break", "<", 9, 0, -1, 11),
        ("break", "==", 10, 9, 1, None),
        ("break", ">=", 0, 10, 0, None),
        ("while", "<", 0, 10, -1, None),
    ],
)
def test_bounds_end_their_loop_where_python_does(
    how: str, operator: str, left: int, right: int, growth: int, expected: int | None
) -> None:
    bound = LoopBound(line(1), line(1), how, operator, 9, left, right, float(growth), 0.0)
    assert items_until(bound) == expected
    if expected is not None:
        items, value = 0, left
        while how == "break" or eval(f"{value} {operator} {right}"):
            items += 1
            if how == "break" and eval(f"{value} {operator} {right}"):
                break
            value += growth
        assert items == expected


@pytest.mark.parametrize(("first", "remainder"), [(0, 0), (1, 0), (0, 6), (3, 2)])
def test_runs_of_a_branch_are_counted_exactly(first: int, remainder: int) -> None:
    branch = replace(EVALUATION, period=7, first=first, remainder=remainder, restarts=True)
    for items in (1, 6, 7, 8, 50):
        expected = sum((first + k) % 7 == remainder for k in range(items))
        assert runs_of(branch, entries=3, items=3 * items, items_seen=4, entries_seen=1) == 3 * expected


def test_runs_of_a_branch_whose_counter_moves_otherwise() -> None:
    slow = replace(EVALUATION, growth=0.25, period=10)  # a counter of updates, tested after every micro-batch
    assert runs_of(slow, 1, 400, 4, 1) == 40
    even = replace(EVALUATION, growth=4.0, period=10)
    assert runs_of(even, 1, 400, 4, 1) == 400 * math.gcd(4, 10) / 10
    joined = replace(EVALUATION, period=4, first=1, restarts=True, others=2)  # "... or this is the last item"
    assert runs_of(joined, entries=15, items=15 * 54, items_seen=20, entries_seen=2) == 15 * (13 + 1)


SLEEPY = """
import time, torch
from torch import nn
torch.set_num_threads(1)
time.sleep(0.6)
model = nn.Linear(4, 2)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
batches = [(torch.randn(8, 4), torch.randint(2, (8,))) for _ in range(20)]
def validate():
    with torch.no_grad():
        for x, y in batches[:10]:
            model(x); time.sleep(0.02)
for epoch in range(30):
    for i, (x, y) in enumerate(batches):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
        time.sleep(0.01)
        if i % 10 == 0:
            time.sleep(0.1)
            print(i)
    validate()
    torch.save(model.state_dict(), f"epoch{epoch:02d}.pt")
validate()
time.sleep(0.3)
"""


def test_a_program_that_sleeps_is_foretold(command: Command) -> None:
    done = command.run(SLEEPY, "--stages", "smoke")
    assert done.report is not None, done.err
    found = done.report["estimate"]
    asleep_s = 0.6 + 30 * (20 * 0.01 + 2 * 0.1 + 10 * 0.02) + 10 * 0.02 + 0.3
    assert found["duration_low_s"] <= found["duration_s"] <= found["duration_high_s"]
    assert asleep_s <= found["duration_s"]  # how much longer depends on how busy the machine is
    assert found["steps"] == 600
    assert found["epochs"] == 30
    size = done.report["writes"][0]["bytes"]
    assert found["written_bytes"] == 30 * size
    assert "600 steps in 30 epochs" in done.out


ACCUMULATING = """
import torch
from torch import nn
torch.set_num_threads(1)
model = nn.Linear(4, 2)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
x, y = torch.randn(428, 4), torch.randint(2, (428,))
for epoch in range(12):
    for i, chosen in enumerate(torch.randperm(428).split(8)):
        nn.functional.cross_entropy(model(x[chosen]), y[chosen]).backward()
        if (i + 1) % 4 == 0 or (i + 1) * 8 >= 428:
            optimizer.step()
            optimizer.zero_grad()
"""


def test_windows_are_counted_over_what_was_timed_and_put_back(command: Command) -> None:
    done = command.run(ACCUMULATING, "--stages", "smoke")
    assert done.report is not None, done.err
    assert done.report["estimate"]["steps"] == 12 * 14  # 54 micro-batches: thirteen windows of four, one of two
