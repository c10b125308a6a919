"""The clock tells each loop its own time, whatever passes in loops, branches and pauses inside it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.target.conftest import Conducted
from trialrun.evidence.timing import BranchTime, LoopTime
from trialrun.target.policy import Policy

Run = Callable[..., Conducted]

WHOLE = Policy(cut=frozenset())


def about(seconds: float) -> object:
    """``seconds`` that were spent, and the little that running the program takes besides."""
    return pytest.approx(seconds, abs=0.2)


def each(values: tuple[float, ...], seconds: float) -> bool:
    """Whether there are values, and every one is about ``seconds``."""
    return bool(values) and all(value == about(seconds) for value in values)


def loop(done: Conducted, line: int, role: str = "") -> LoopTime:
    found = [r for r in done.times.loop_time if r.where.line == line and r.entries and role in r.role]
    assert len(found) == 1, found
    return found[0]


def branch(done: Conducted, line: int) -> BranchTime:
    return next(record for record in done.times.branch_time if record.where.line == line)


def test_a_loop_is_told_its_own_time_alone(run_program: Run) -> None:
    done = run_program("""
        spend(100)
        for epoch in range(6):
            spend(10)
            for i in range(50):
                spend(1); backward(); step()
            for i in range(2):
                spend(30)
            for i in range(40):
                spend(3); model(gradient=False)
        spend(50)
    """)
    epoch, training, evaluation = loop(done, 3), loop(done, 5), loop(done, 9)
    assert (epoch.role, training.role, evaluation.role) == ("epoch", "training", "evaluation")
    assert epoch.watched_item_seconds == (about(70),)  # a loop without a role is part of it; first and last are apart
    assert each(training.watched_item_seconds, 1)
    assert each(evaluation.watched_item_seconds + evaluation.item_seconds, 3)
    assert (epoch.inside, training.inside, evaluation.inside) == (None, epoch.where, epoch.where)
    assert (epoch.length, training.length, evaluation.length) == (6, 50, 40)
    assert (training.entries, training.updates / training.updates_items) == (3, 1)
    assert done.times.script_time[0].outside_seconds == about(150)


def test_evaluations_run_on_unwatched(run_program: Run) -> None:
    done = run_program("""
        for i in range(100):
            work(5); model(gradient=False)
            if i >= 2 and i < 99: assert lamp.resting
        assert not lamp.resting
        for i in range(100):
            work(5); model(gradient=False)
            if i == 4: break
        assert not lamp.resting
    """)
    assert done.error is None
    first, second = loop(done, 2), loop(done, 6)
    assert (first.watched_item_seconds, first.item_seconds) == ((about(10),), (about(5),) * 8)
    assert second.length == 5  # left by the script itself
    assert len(second.item_seconds) == 2


def test_one_loop_for_training_and_validation_is_two_kinds_of_pass(run_program: Run) -> None:
    done = run_program("""
        def run(n, train):
            for i in range(n):
                if train:
                    spend(4); backward(); step()
                else:
                    spend(1); model(gradient=False)
        for epoch in range(9):
            run(60, True); run(6, False)
        run(8, False)
    """)
    training = loop(done, 3, "training")
    assert training.length == 60 and each(training.watched_item_seconds, 4)
    passes = {(r.length, r.inside is None): r for r in done.times.loop_time if r.role == "evaluation" and r.entries}
    assert set(passes) == {(6, False), (8, True)}
    assert passes[6, False].entries == 3
    assert each(passes[6, False].watched_item_seconds, 1)


def test_what_runs_every_so_many_iterations_is_apart(run_program: Run) -> None:
    done = run_program("""
        step_number = 0
        for i in range(1000):
            spend(1); backward(); step()
            if i % 100 == 0 and i >= 0:
                spend(20)
                for k in range(3):
                    spend(7); model(gradient=False)
                print(i)
            if not (i + 1) % 2: print("even")
            if i % 50 == 7: print("late")
            if i % 3: pass
    """)
    training = loop(done, 3)
    assert each(training.watched_item_seconds, 1)
    every = branch(done, 5)
    assert (every.period, every.first, every.growth, every.remainder) == (100, 0, 1, 0)
    assert (every.tests, every.runs, every.seconds, every.costly) == (5, 1, (about(20),), True)
    assert loop(done, 7).branch == every.where
    assert [(r.where.line, r.runs, r.costly) for r in done.times.branch_time] == [
        (5, 1, True),
        (10, 3, False),
        (11, 0, False),
    ]
    assert branch(done, 10).remainder == 0
    assert branch(done, 10).others == 0


def test_updates_inside_a_branch_belong_to_it(run_program: Run) -> None:
    done = run_program("""
        for epoch in range(5):
            for i in range(42):
                spend(1); backward()
                if (i + 1) % 4 == 0 or i == 41:
                    step(); spend(8)
    """)
    inner, every = loop(done, 3), branch(done, 5)
    assert (inner.updates, every.updates, every.watched_runs) == (0, 11, 11)
    assert (every.others, every.restarts, every.first) == (3, True, 1)
    assert each(every.seconds, 8)


@pytest.mark.parametrize("leave", ["continue", "step(); continue"])
def test_a_branch_that_never_comes_to_its_end_ends_with_the_item(run_program: Run, leave: str) -> None:
    done = run_program(f"""
        for i in range(300):
            backward(); step()
            if i % 3 == 0:
                spend(5); print(i)
                {leave}
            spend(1)
        spend(40)
    """)
    assert each(branch(done, 4).seconds, 5)
    assert done.times.script_time[0].outside_seconds == about(40)


@pytest.mark.parametrize(
    ("program", "how", "sides", "growth", "operator"),
    [
        ("while n < 900:\n    backward(); step(); n += 1", "while", (0, 900), 1, "<"),
        ("while True:\n    backward(); step(); n += 1\n    if n > 900: break", "break", (1, 900), 1, ">"),
        ("for _ in iter(int, 1):\n    backward(); step(); n += 2\n    if n >= 900: break", "break", (2, 900), 2, ">="),
    ],
)  # fmt: skip
def test_what_bounds_a_loop_is_followed(
    run_program: Run, program: str, how: str, sides: tuple[int, int], growth: float, operator: str
) -> None:
    done = run_program(f"n = 0\n{program}\nprint(n)")
    (bound,) = done.times.loop_bound
    assert (bound.how, bound.operator, (bound.left, bound.right)) == (how, operator, sides)
    assert (bound.left_growth, bound.right_growth, bound.restarts) == (growth, 0, True)
    assert loop(done, 2).length is None


def test_a_counter_that_counts_on_is_told_from_one_that_starts_anew(run_program: Run) -> None:
    done = run_program("""
        total = 0
        for epoch in range(8):
            own = 0
            for i in range(30):
                backward(); step(); total += 1; own += 1
                if total >= 100: break
                if own >= 20: break
    """)
    assert [(bound.where.line, bound.restarts) for bound in done.times.loop_bound] == [(7, False), (8, True)]


def test_nothing_of_ours_is_on_the_clock(run_program: Run) -> None:
    done = run_program("""
        for epoch in range(4):
            for i in range(100):
                spend(1); backward(); step()
                clock.pause()
                for k in range(4):
                    model(gradient=False); spend(70)
                if i % 2 == 0: spend(900)
                clock.resume()
            with clock.paused():
                spend(500)
        with clock.paused():
            spend(500)
    """)
    assert each(loop(done, 3).watched_item_seconds, 1)
    assert loop(done, 2).watched_item_seconds == (about(0),)
    assert done.times.script_time[0].outside_seconds == about(0)
    assert not done.times.branch_time


def test_the_loop_of_a_generator_leaves_the_times_of_its_consumer_alone(run_program: Run) -> None:
    done = run_program("""
        def batches():
            while True:
                for x in range(3):
                    spend(2)
                    yield x
        feed = batches()
        for epoch in range(7):
            for i, x in zip(range(90), batches()):
                spend(4); backward(); step()
                y = next(feed)
                for k in range(2):
                    model(gradient=False); spend(16)
    """)
    training = loop(done, 9)
    assert training.watched_item_seconds[1:] == (about(8),) * (len(training.watched_item_seconds) - 1)
    assert each(loop(done, 12).watched_item_seconds, 16)
    assert loop(done, 12).inside == training.where


def test_a_loop_left_by_return_in_the_middle_is_accounted(run_program: Run) -> None:
    done = run_program("""
        def fit():
            n = 0
            while True:
                spend(3); backward(); step(); n += 1
                if n == 3: return n
        for fold in range(2):
            fit(); spend(10)
        spend(5)
    """)
    left, cut = (record for record in done.times.loop_time if record.where.line == 4)
    assert (left.length, cut.length) == (3, None)  # the second time it was cut before it could return
    assert each(left.watched_item_seconds, 3)
    assert each(loop(done, 7).watched_item_seconds, 10)


def test_a_program_without_a_role_has_no_loop_times(run_program: Run) -> None:
    done = run_program("""
        for i in range(3000):
            if i % 7 == 0: print(i)
        spend(3)
    """)
    assert not done.times.loop_time
    assert not done.times.branch_time
    assert done.times.script_time[0].outside_seconds == about(3)


def test_a_division_by_nothing_is_the_users_own(run_program: Run) -> None:
    done = run_program("""
        every = 0
        for i in range(3):
            if i % every == 0: print(i)
    """)
    assert isinstance(done.error, ZeroDivisionError)
    frame = done.error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    assert frame is not None
    assert (frame.tb_frame.f_code.co_filename, frame.tb_lineno) == ("program.py", 4)


def test_an_account_that_turns_out_to_stand_elsewhere_is_withdrawn(run_program: Run) -> None:
    done = run_program("""
        import time
        for epoch in range(5):
            for k in range(3):
                model(gradient=False)
            time.sleep(0.6 if epoch == 0 else 0)
            for k in range(2):
                model(gradient=False)
            for i in range(30):
                backward(); step()
    """)
    inside = {
        (record.where.line, record.inside and record.inside.line): record.entries for record in done.times.loop_time
    }
    assert inside[4, 3] == inside[7, 3] == 3
    assert inside[4, None] == 0  # written before the epochs were known to be such
