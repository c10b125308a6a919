"""Variables of a running function are read and bound anew from outside."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from typing import Any

import pytest

from trialrun.target.frames import Names, frames_around

Write = Callable[[dict[str, Any]], None]


def names_here() -> Names:
    return Names(sys._getframe(1))


def test_variables_are_read_as_they_stand() -> None:
    one, two = [1], "b"
    held = names_here().read()
    assert held["one"] is one and held["two"] is two
    held["one"] = None
    assert one == [1]


def test_a_variable_is_bound_anew() -> None:
    count, history = 0, [1]
    names = names_here()
    kept = names.read()
    count, history = 7, []
    names.write({**names.read(), "count": kept["count"], "history": kept["history"]})
    assert (count, history) == (0, [1])
    assert history is kept["history"]


def test_writing_what_stands_there_changes_nothing() -> None:
    value = object()
    before = value
    names = names_here()
    names.write(names.read())
    assert value is before


def test_a_function_further_out() -> None:
    def inner() -> Names:
        frame = sys._getframe(1)
        assert frame is not None
        return Names(frame)

    step = 3
    names = inner()
    names.write({**names.read(), "step": 0}, unbind=False)
    assert step == 0


def test_variables_that_an_inner_function_shares() -> None:
    count = 0

    def bump() -> int:
        nonlocal count
        count += 1
        return count

    names = names_here()
    assert bump() == 1 and count == 1
    names.write({**names.read(), "count": 0}, unbind=False)
    assert count == 0
    assert bump() == 1


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="a running frame's variable can be bound but not unbound")
def test_a_variable_that_was_not_bound_then_is_unbound() -> None:
    names = names_here()
    kept = names.read()
    loss = 1.0
    assert loss
    names.write({**kept, "names": names, "kept": kept})
    with pytest.raises(UnboundLocalError):
        print(loss)


def test_a_module_is_written_in_place() -> None:
    module = types.ModuleType("program")
    exec("import sys\na = 1\nframe = sys._getframe()", vars(module))
    names = Names(vars(module).pop("frame"))
    assert names.is_module and not names_here().is_module
    kept = names.read()
    vars(module).update(a=2, b=3)
    names.write(kept)
    assert vars(module)["a"] == 1 and "b" not in vars(module)
    vars(module)["b"] = 4
    names.write(kept, unbind=False)
    assert vars(module)["b"] == 4


def test_names_survive_the_frame_going_on() -> None:
    """The frame's own view of its variables is not frozen by reading or writing it from outside."""
    seen = []
    total = 0
    names = names_here()
    for step in range(3):
        total += step
        names.write({**names.read(), "total": total + 10}, unbind=False)
        seen.append((step, total))
    assert seen == [(0, 10), (1, 21), (2, 33)]


def test_frames_of_the_users_alone() -> None:
    here = sys._getframe()

    def inner() -> list[types.FrameType]:
        return list(frames_around(sys._getframe(), lambda name: name == here.f_code.co_filename))

    own = inner()
    assert [frame.f_code.co_name for frame in own] == ["inner", here.f_code.co_name]
    assert list(frames_around(here, lambda name: False)) == []
