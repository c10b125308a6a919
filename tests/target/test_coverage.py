"""What was not reached is listed with the condition in front of it."""

from __future__ import annotations

from collections.abc import Callable

from tests.target.conftest import Conducted
from trialrun.evidence.place import Where
from trialrun.evidence.program import CoverageRecord
from trialrun.target.coverage import summarise

Run = Callable[..., Conducted]


def coverage(done: Conducted, crashed_at: tuple[Where, ...] = ()) -> CoverageRecord:
    return summarise([file.coverage for file in done.instrumenter.files.values()], crashed_at)


def test_guards(run_program: Run) -> None:
    record = coverage(
        run_program("""
        step_number = 5
        if step_number % 1000 == 0:
            print("never")
            optimizer = None
        elif step_number == 5:
            pass
        try:
            int("3")
        except ValueError:
            raise
        def unused(x):
            for y in x:
                y.backward()
        for x in []:
            print(x)
    """)
    )
    guards = {block.guard: block for block in record.missed}
    assert list(guards) == [
        "if step_number % 1000 == 0",
        "except ValueError",
        "def unused, never called",
        "for x in []",
    ]
    assert guards["if step_number % 1000 == 0"].lines == (4, 5)
    assert guards["def unused, never called"].lines == (13, 14)
    assert not guards["def unused, never called"].harmless
    assert guards["except ValueError"].harmless
    assert guards["for x in []"].harmless and not guards["for x in []"].binds
    assert guards["if step_number % 1000 == 0"].binds
    assert record.rehearsed == record.statements - 6


def test_code_after_a_return(run_program: Run) -> None:
    record = coverage(
        run_program("""
        def f(x):
            if x:
                return 1
            step()
            return 2
        f(1)
    """)
    )
    assert [(block.guard, block.lines, block.harmless) for block in record.missed] == [
        ("after the if on line 3", (5, 6), False)
    ]


def test_what_follows_an_exception_was_not_run(run_program: Run) -> None:
    done = run_program("""
        a = 1
        b = 1 / 0
        c = 2
        if c:
            print(c)
    """)
    record = coverage(done, (Where("program.py", 3),))
    assert sorted(line for block in record.missed for line in block.lines) == [4, 5, 6]
    assert all(block.behind_exception for block in record.missed)
