"""Which loop trains is found by what happens in it, and it ends early without the program noticing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.target.conftest import Conducted
from trialrun.target.policy import Policy

Run = Callable[..., Conducted]


def test_epochs_and_batches_are_cut_and_the_last_of_each_is_visited(run_program: Run) -> None:
    done = run_program("""
        for epoch in range(14):
            seen = []
            for i, batch in enumerate(range(1000)):
                backward(); step(); seen.append(i)
            else:
                print("else")
            print(epoch, seen)
        print("after", epoch)
    """)
    assert done.printed == [
        "else",
        "0 [0, 1, 2, 3, 999]",
        "else",
        "1 [0, 1, 999]",
        "else",
        "13 [0, 1, 999]",
        "after 13",
    ]
    assert (done.role(2), done.role(4)) == ("epoch", "training")
    epoch = next(record for record in reversed(done.records) if record.kind == "epoch")
    assert (epoch.length, epoch.iterations, epoch.cut, epoch.jumped) == (14, 3, True, True)


def test_without_jump_nothing_is_skipped(run_program: Run) -> None:
    done = run_program(
        """
        for epoch in range(14):
            for i in range(100):
                backward(); step()
            print(epoch, i)
    """,
        Policy(jump=False),
    )
    assert done.printed == ["0 3", "1 1"]


def test_with_nothing_to_cut_the_program_runs_in_full(run_program: Run) -> None:
    done = run_program(
        """
        n = 0
        for epoch in range(5):
            for i in range(30):
                backward(); step(); n += 1
        print(n)
    """,
        Policy(cut=frozenset()),
    )
    assert done.printed == ["150"]
    assert not done.loops.disturbed


@pytest.mark.parametrize(
    "loop",
    [
        "while True:\n    if n > 10**9: break",
        "while n < 10**9:",
        "import itertools\nfor _ in itertools.count():",
        "for _ in iter(lambda: 0, 1):",
    ],
)
def test_endless_loops_end(run_program: Run, loop: str) -> None:
    done = run_program(f"n = 0\n{loop}\n    backward(); step(); n += 1\nprint('after', n)")
    assert done.printed == ["after 4"]


def test_a_loop_over_optimisers_is_part_of_the_body(run_program: Run) -> None:
    done = run_program("""
        for i in range(50):
            backward()
            for optimiser in range(6):
                step(optimiser)
        print(i)
    """)
    assert (done.role(2), done.role(4)) == ("training", None)
    assert done.printed == ["49"]


def test_a_loop_over_layers_that_train_themselves_is_part_of_the_body(run_program: Run) -> None:
    done = run_program("""
        for i in range(50):
            x = 0
            for layer in range(6):
                backward(); step(layer); x += 1
            assert x == 6
    """)
    assert done.error is None
    assert (done.role(2), done.role(4)) == ("training", None)


def test_layers_one_after_the_other_with_an_epoch_loop_each(run_program: Run) -> None:
    done = run_program("""
        for layer in range(5):
            for i in range(1000):
                backward(); step(layer)
            print(layer, i)
    """)
    assert (done.role(2), done.role(3)) == ("epoch", "training")
    assert done.printed == ["0 999", "1 999", "4 999"]


def test_accumulation_keeps_whole_windows(run_program: Run) -> None:
    done = run_program("""
        steps = 0
        for i in range(1000):
            backward()
            if (i + 1) % 8 == 0:
                step(); steps += 1
        print(i, steps)
    """)
    assert done.printed == ["999 5"]


def test_a_micro_batch_loop_before_the_step_is_left_alone(run_program: Run) -> None:
    done = run_program("""
        for i in range(100):
            for micro in range(40):
                model(); backward()
            step()
            assert micro == 39
    """)
    assert done.error is None
    assert (done.role(2), done.role(3)) == ("training", None)


def test_the_loop_inside_a_generator_is_a_source(run_program: Run) -> None:
    done = run_program("""
        def batches():
            for i in range(1000):
                yield i
        def forever():
            while True:
                for x in batches():
                    yield x
        for epoch in range(10):
            for x in batches():
                backward(); step()
            print(epoch, x)
        feed = forever()
        for i in range(500):
            x = next(feed); backward(); step()
        print(i)
    """)
    assert [done.role(line) for line in (3, 6, 7, 9, 10, 14)] == [None, None, None, "epoch", "training", "training"]
    assert done.printed == ["0 3", "1 1", "9 1", "499"]


def test_a_trainer_that_is_a_generator(run_program: Run) -> None:
    done = run_program("""
        def train():
            for i in range(1000):
                backward(); step()
                yield i
        print(list(train()))
    """)
    assert done.printed == ["[0, 1, 2, 3, 999]"]


def test_a_class_with_methods_and_a_closure(run_program: Run) -> None:
    done = run_program("""
        class Trainer:
            def fit(self):
                for epoch in range(20):
                    self.epoch()
                return epoch
            def epoch(self):
                for batch in [10] * 300:
                    self.one(batch)
            def one(self, batch):
                def closure():
                    for _ in range(3):
                        backward()
                closure(); step()
        print(Trainer().fit())
    """)
    assert [done.role(line) for line in (4, 8, 12)] == ["epoch", "training", None]
    assert done.printed == ["19"]


def test_folds_epochs_batches(run_program: Run) -> None:
    done = run_program("""
        for fold in range(5):
            for epoch in range(10):
                for batch in range(100):
                    backward(); step(fold)
                print(fold, epoch)
    """)
    assert [done.role(line) for line in (2, 3, 4)] == ["epoch", "epoch", "training"]
    assert done.printed == ["0 0", "0 1", "0 9", "1 0", "1 9", "4 0", "4 9"]


def test_evaluation_loops_are_cut_and_others_are_not(run_program: Run) -> None:
    done = run_program("""
        for epoch in range(3):
            for i in range(100):
                backward(); step()
            for i in range(100):
                model(gradient=False)
            print("evaluated", i)
            for i in range(100):
                pass
            print("other", i)
            total = 0
            for i in range(100):
                model(); total += 1
            backward()
            print("unrolled", total)
    """)
    assert [done.role(line) for line in (3, 5, 8, 12)] == ["training", "evaluation", None, None]
    assert done.printed == ["evaluated 99", "other 99", "unrolled 100"] * 3
    evaluation = next(record for record in reversed(done.records) if record.kind == "evaluation")
    assert evaluation.iterations == 17  # two items and the last one, three times, and eight for the clock


def test_the_stages_of_one_method_all_run(run_program: Run) -> None:
    done = run_program("""
        def runge_kutta():
            stages = []
            for stage in range(6):
                model(gradient=False); stages.append(stage)
            return stages
        for i in range(100):
            backward(); step()
            print(len(runge_kutta()))
    """)
    assert set(done.printed) == {"6"}


def test_quiet_loops_are_handed_through_and_still_found_when_something_happens(run_program: Run) -> None:
    done = run_program("""
        memory = []
        for i in range(10_000):
            memory.append(i)
            if len(memory) >= 3000:
                backward(); step()
        print(len(memory))
    """)
    assert done.role(3) == "training"
    assert int(done.printed[0]) < 3300


def test_break_return_exceptions_and_recursion_leave_no_stale_loop(run_program: Run) -> None:
    done = run_program("""
        def find(items):
            for item in items:
                if item == 3:
                    return item
        def deep(n):
            for i in range(2):
                if n: deep(n - 1)
            while n:
                n -= 1
        find(range(10)); deep(3)
        try:
            for i in range(5):
                raise ValueError
        except ValueError:
            pass
        for i in range(3):
            break
        print(i)
    """)
    assert done.printed == ["0"]
    assert all(not site.active for site in done.loops.sites if site.kind == "for")


def test_position_tells_line_item_and_guard(run_program: Run) -> None:
    done = run_program("""
        for batch in [("x", "y")] * 3:
            for k in range(2):
                item = position.item()
        where = position.where()
        if where:
            guarded = position.guarded()
        plain = position.guarded()
        outside = position.in_loop()
    """)
    names = done.namespace
    assert names["item"] == ("x", "y")
    assert (names["where"].file, names["where"].line) == ("program.py", 5)
    assert (names["guarded"], names["plain"], names["outside"]) == (True, False, False)


def test_loops_that_never_step_end(run_program: Run) -> None:
    done = run_program("""
        for epoch in range(1000):
            for i in range(500):
                backward()
            print(epoch, i)
    """)
    assert (done.role(2), done.role(3)) == ("epoch", "training")
    assert done.printed == ["0 499", "1 499", "999 499"]


def test_a_long_accumulation_ends_only_after_its_step(run_program: Run) -> None:
    done = run_program("""
        steps = 0
        for i in range(100_000):
            backward()
            if i % 50 == 49:
                step(); steps += 1
        print(steps)
    """)
    assert done.printed == ["3"]  # cut after 100 items of a loop that updates this rarely, and the last item


def test_loops_that_backward_call_are_no_evaluation_before_they_train(run_program: Run) -> None:
    done = run_program("""
        class Loss:
            def backward(self): backward()
        for i in range(400):
            model(gradient=False)
            if i < 30: continue
            Loss().backward(); step()
        print(i)
    """)
    assert done.role(4) == "training"
    assert done.printed == ["399"]


def test_a_study_is_run_setting_by_setting(run_program: Run) -> None:
    done = run_program("""
        optimiser = 0
        for rate in [0.1, 0.2, 0.3, 0.4, 0.5]:
            for seed in (1, 2, 3, 4):
                optimiser += 1
                for epoch in range(10):
                    for batch in range(100):
                        backward(); step(optimiser)
                print(rate, seed)
    """)
    first = [f"0.1 {seed}" for seed in (1, 2, 3, 4)]
    assert done.printed == first + [f"{rate} {seed}" for rate in (0.2, 0.3, 0.4, 0.5) for seed in (1, 4)]


def test_a_collection_of_epochs_is_no_study(run_program: Run) -> None:
    done = run_program("""
        for epoch in [0, 1, 2, 3, 4, 5]:
            for batch in range(100):
                backward(); step()
            print(epoch)
    """)
    assert done.printed == ["0", "1", "5"]


def test_a_long_study_is_cut(run_program: Run) -> None:
    done = run_program("""
        for setting in list(range(40)):
            for batch in range(100):
                backward(); step(setting)
            print(setting)
    """)
    assert done.printed == ["0", "1", "39"]
