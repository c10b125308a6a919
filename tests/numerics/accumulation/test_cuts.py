"""How a batch is cut."""

from __future__ import annotations

import pytest

from trialrun.numerics.accumulation.cuts import even, ragged, spans


@pytest.mark.parametrize(
    ("samples", "parts", "expected"),
    [(16, 4, (4,) * 4), (17, 4, (4,) * 4), (4, 4, (1,) * 4), (5, 2, (2, 2))],
)
def test_even(samples: int, parts: int, expected: tuple[int, ...]) -> None:
    assert even(samples, parts) == expected


@pytest.mark.parametrize(
    ("samples", "parts", "expected"),
    [
        (16, 4, (4, 4, 4, 2)),
        (18, 4, (5, 5, 5, 3)),
        (10, 4, (3, 3, 3, 1)),
        (4, 4, (2, 1)),  # one sample each: none is smaller, so they are fewer
        (9, 8, (2, 2, 2, 2, 1)),
        (3, 2, (2, 1)),
        (2, 2, ()),
    ],
)
def test_ragged(samples: int, parts: int, expected: tuple[int, ...]) -> None:
    assert ragged(samples, parts) == expected


def test_the_last_one_alone_is_smaller_and_no_sample_is_made_up() -> None:
    for samples in range(3, 40):
        for parts in range(2, 9):
            found = ragged(samples, parts)
            assert 2 <= len(found) <= parts
            assert sum(found) <= samples
            assert len(set(found[:-1])) == 1
            assert 0 < found[-1] < found[0]


def test_spans_follow_each_other() -> None:
    assert [list(span) for span in spans((2, 2, 1))] == [[0, 1], [2, 3], [4]]
