"""Skipping to the last item gives what the full pass would have given there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch.utils.data import DataLoader, IterableDataset, TensorDataset
from tqdm import tqdm

from trialrun.target.sources import Source

DATA = TensorDataset(torch.arange(50.0).reshape(50, 1))


class Sized:
    """A hand-written loader."""

    def __len__(self) -> int:
        return 7

    def __iter__(self) -> Iterator[int]:
        return iter([3, 1, 4, 1, 5, 9, 2])


class Stream(IterableDataset[int]):
    def __iter__(self) -> Iterator[int]:
        return iter(range(9))


FULL: dict[str, Callable[[], Any]] = {
    "range": lambda: range(2, 100, 3),
    "list": lambda: [1, 2, 3, 4, 5],
    "enumerate": lambda: enumerate(range(40)),
    "enumerate from 5": lambda: enumerate(["a", "b", "c", "d"], 5),
    "zip": lambda: zip(range(30), "abcdefgh", strict=False),
    "enumerate zip": lambda: enumerate(zip(range(30), range(12), strict=False)),
    "tqdm": lambda: tqdm(range(25), disable=True),
    "enumerate tqdm": lambda: enumerate(tqdm(range(25), disable=True)),
    "tqdm of own loader": lambda: tqdm(Sized(), disable=True),
    "own loader": Sized,
    "dict items": lambda: {"a": 1, "b": 2, "c": 3, "d": 4}.items(),
}


@pytest.mark.parametrize("name", FULL)
@pytest.mark.parametrize("taken", [0, 1, 2])
def test_last_item_is_that_of_a_full_pass(name: str, taken: int) -> None:
    everything = list(FULL[name]())
    source = Source(FULL[name]())
    assert [source.next() for _ in range(taken)] == everything[:taken]
    assert source.length == len(everything)
    assert source.skip_to_last()
    assert source.next() == everything[-1]
    with pytest.raises(StopIteration):
        source.next()


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize(
    "wrap", [lambda loader: loader, enumerate, lambda loader: enumerate(tqdm(loader, disable=True))]
)
def test_loader_skips_without_reading_samples(workers: int, wrap: Callable[[Any], Any]) -> None:
    def loader() -> DataLoader[Any]:
        return DataLoader(DATA, batch_size=4, shuffle=True, num_workers=workers)

    torch.manual_seed(7)
    everything = list(wrap(loader()))
    after_full = torch.get_rng_state()
    torch.manual_seed(7)
    source = Source(wrap(loader()))
    first = source.next()
    assert source.skip_to_last()
    last = source.next()
    assert str(first) == str(everything[0])
    assert str(last) == str(everything[-1])
    assert torch.equal(torch.get_rng_state(), after_full)


def test_no_length_no_skip() -> None:
    assert not Source(x for x in range(5)).skip_to_last()
    source = Source(DataLoader(Stream(), batch_size=2))
    assert source.length is None
    assert not source.skip_to_last()


def test_a_slow_iterator_of_unknown_kind_is_not_drained() -> None:
    class Slow(Sized):
        def __len__(self) -> int:
            return 10_000

        def __iter__(self) -> Iterator[int]:
            yield from range(1, 10_001)

    source = Source(Slow())
    source.next()
    source.fetch_seconds = 1.0
    assert not source.skip_to_last()
    assert source.next() == 2


def test_a_class_that_claims_a_wrong_length_is_not_skipped() -> None:
    class Liar(Sized):
        def __len__(self) -> int:
            return 100

    source = Source(Liar())
    source.next()
    assert not source.skip_to_last()
    assert source.next() == 1
