"""A training on a part of the data runs its loops out, and stops after a few passes."""

from __future__ import annotations

from collections.abc import Callable

from tests.target.conftest import Conducted
from trialrun.target.subset_policy import ENOUGH_PASSES, ENOUGH_UPDATES, SubsetPolicy

Run = Callable[..., Conducted]


def test_passes_run_out_and_epochs_end_when_there_are_enough(run_program: Run) -> None:
    done = run_program(
        """
        passes = []
        for epoch in range(100):
            count = 0
            for i in range(100):
                backward(); step(); count += 1
            passes.append(count)
        print(set(passes), len(passes))
    """,
        SubsetPolicy(),
    )
    wanted = max(ENOUGH_PASSES, ENOUGH_UPDATES // 100)
    assert done.printed == [f"{{100}} {wanted}"]


def test_more_passes_are_made_where_they_are_short(run_program: Run) -> None:
    done = run_program(
        """
        for epoch in range(1000):
            for i in range(10):
                backward(); step()
        print(epoch + 1)
    """,
        SubsetPolicy(),
    )
    assert done.printed == [str(ENOUGH_UPDATES // 10)]


def test_the_first_fold_stands_for_all(run_program: Run) -> None:
    done = run_program(
        """
        folds = 0
        for fold in range(10):
            folds += 1
            for epoch in range(8):
                for i in range(10):
                    backward(); step()
        print(folds)
    """,
        SubsetPolicy(),
    )
    assert done.printed == ["1"]


def test_phases_of_an_epoch_are_never_cut_for_passes(run_program: Run) -> None:
    done = run_program(
        """
        seen = set()
        for epoch in range(1000):
            for phase in ["train", "valid"]:
                for i in range(10):
                    if phase == "train":
                        backward(); step()
                    seen.add((epoch, phase))
        print(len(seen) - 2 * (epoch + 1))
    """,
        SubsetPolicy(),
    )
    assert done.printed == ["0"]


def test_a_loop_over_data_that_cannot_be_restricted_is_cut_after_its_share(run_program: Run) -> None:
    done = run_program(
        """
        for step_number in range(5000):
            backward(); step()
        print(step_number)
    """,
        SubsetPolicy(soft_s=0.0),
    )
    assert done.printed == ["499"]


def test_the_last_item_is_visited_where_nothing_was_evaluated_yet(run_program: Run) -> None:
    done = run_program(
        """
        for step_number in range(5000):
            backward(); step()
            if step_number == 4999: print("evaluates")
    """,
        SubsetPolicy(soft_s=0.0, evaluated=lambda: False),
    )
    assert done.printed == ["evaluates"]


def test_all_ends_when_the_time_is_up(run_program: Run) -> None:
    done = run_program(
        """
        for epoch in range(100):
            for i in range(100):
                backward(); step()
        print(epoch, i)
    """,
        SubsetPolicy(ends_at_s=0.0),
    )
    assert done.printed == ["0 1"]
