from __future__ import annotations

import warnings
from typing import Any

import torch


def test_warnings_are_counted_at_their_line(watched: Any) -> None:
    def program(conductor: Any) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            for _ in range(3):
                warnings.warn("careful", RuntimeWarning, stacklevel=1)

    with warnings.catch_warnings(record=True):  # pytest collects warnings its own way; give ours a clean floor
        run = watched(program)
    (record,) = run.evidence.warning
    assert (record.category, record.message, record.count) == ("RuntimeWarning", "careful", 3)
    assert record.where is not None
    assert record.where.function == "program"


def test_the_user_sees_their_own_line(watched: Any, monkeypatch: Any) -> None:
    """A warning from within an operation is blamed on the frame that called it, which with our mode is ours."""
    shown: list[tuple[str, int]] = []

    def show(message: Any, category: Any, filename: str, lineno: int, file: Any = None, line: Any = None) -> None:
        shown.append((filename, lineno))

    monkeypatch.setattr(warnings, "showwarning", show)

    def program(conductor: Any) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.showwarning = theirs
            torch.nn.functional.mse_loss(torch.zeros(3, 1), torch.zeros(3))

    theirs = None

    def outer(conductor: Any) -> None:
        nonlocal theirs
        theirs = warnings.showwarning
        program(conductor)

    watched(outer)
    assert [filename for filename, _ in shown] == [__file__]


def test_filters_and_registries_are_left_alone(watched: Any) -> None:
    before = list(warnings.filters)
    watched(lambda conductor: None)
    assert list(warnings.filters) == before


def test_the_axes_of_an_implicit_softmax_are_kept(watched: Any) -> None:
    def program(conductor: Any) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            torch.nn.functional.softmax(torch.zeros(2, 3, 4))
            warnings.warn("Implicit dimension choice, but by somebody else", stacklevel=1)

    with warnings.catch_warnings(record=True):
        run = watched(program)
    assert [record.dimensions for record in run.evidence.warning] == [3, None]
