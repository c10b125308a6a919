"""A loader reads a fixed part of its data, and says so itself; its targets can be those of other samples."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch.utils.data import (
    BatchSampler,
    DataLoader,
    IterableDataset,
    RandomSampler,
    SubsetRandomSampler,
    TensorDataset,
    WeightedRandomSampler,
)

from trialrun._torch import subsets

DATA = TensorDataset(torch.arange(1000), torch.arange(1000) * 10)
Restrict = Callable[[int], None]


@pytest.fixture
def restrict() -> Iterator[Restrict]:
    """Has all loaders read as many samples."""
    undo: list[Callable[[], None]] = []

    def begin(count: int) -> None:
        undo.append(
            subsets.restrict_loaders(
                lambda loader, batches: subsets.part_of_loader(loader, batches, lambda samples, size: count)
            )
        )

    yield begin
    for end in reversed(undo):
        end()


def read(loader: Any) -> list[int]:
    return [int(index) for batch in loader for index in batch[0]]


def test_each_pass_reads_the_same_part_in_another_order(restrict: Restrict) -> None:
    restrict(64)
    loader = DataLoader(DATA, batch_size=10, shuffle=True)
    first, second = read(loader), read(loader)
    assert len(loader) == 7
    assert len(first) == len(set(first)) == 64
    assert sorted(first) == sorted(second) and first != second
    assert max(first) > 500  # from everywhere


def test_an_order_and_a_dropped_rest_stay_what_they_were(restrict: Restrict) -> None:
    restrict(64)
    loader = DataLoader(DATA, batch_size=10, drop_last=True)
    found = read(loader)
    assert found == sorted(found)
    assert len(loader) == len(list(loader)) == 6


def test_a_sampler_of_some_samples_gives_a_part_of_these(restrict: Restrict) -> None:
    restrict(50)
    found = read(DataLoader(DATA, batch_size=10, sampler=SubsetRandomSampler(range(0, 400, 2))))
    assert len(found) == 50 and all(index % 2 == 0 and index < 400 for index in found)


def test_weighted_draws_stay_weighted(restrict: Restrict) -> None:
    restrict(200)
    weights = torch.ones(1000)
    weights[500:] = 0
    loader = DataLoader(DATA, batch_size=10, sampler=WeightedRandomSampler(weights.tolist(), 1000))
    found = read(loader)
    assert len(loader) == 20
    assert 100 < len(found) < 300 and max(found) < 500


def test_it_holds_in_worker_processes(restrict: Restrict) -> None:
    restrict(30)
    loader = DataLoader(DATA, batch_size=10, shuffle=True, num_workers=2, multiprocessing_context="fork")
    assert len(read(loader)) == 30


def test_what_cannot_be_restricted_is_left_alone(restrict: Restrict) -> None:
    class Stream(IterableDataset[torch.Tensor]):
        def __iter__(self) -> Iterator[torch.Tensor]:
            return iter(torch.arange(100))

    restrict(30)
    assert sum(len(batch) for batch in DataLoader(Stream(), batch_size=10)) == 100

    class Own(BatchSampler):
        pass

    assert len(read(DataLoader(DATA, batch_sampler=Own(RandomSampler(DATA), 10, False)))) == 1000


def test_all_is_as_before_when_it_is_undone() -> None:
    loader = DataLoader(DATA, batch_size=10)
    undo = subsets.restrict_loaders(
        lambda loader, batches: subsets.part_of_loader(loader, batches, lambda samples, size: 20)
    )
    assert len(loader) == 2
    undo()
    assert len(loader) == 100 and len(read(loader)) == 1000


@pytest.mark.parametrize("workers", [0, 2])
def test_each_sample_of_the_part_has_the_target_of_another(workers: int) -> None:
    part = frozenset(range(100, 200))
    places = {id(DATA): subsets.permutation_of(part)}
    undo = subsets.permute_targets(places)
    try:
        context = "fork" if workers else None
        loader = DataLoader(DATA, batch_size=50, num_workers=workers, multiprocessing_context=context)
        pairs = [(int(x), int(y) // 10) for xs, ys in loader for x, y in zip(xs, ys, strict=True)]
    finally:
        undo()
    inside = [(x, y) for x, y in pairs if x in part]
    assert all(x == y for x, y in pairs if x not in part)
    assert sorted(y for _, y in inside) == sorted(part)
    assert sum(x == y for x, y in inside) < 10
    assert all(int(x) * 10 == int(y) for xs, ys in DataLoader(DATA, batch_size=50) for x, y in zip(xs, ys, strict=True))


def test_a_target_is_the_last_element_or_has_a_usual_name() -> None:
    assert subsets.with_target_of((1, 2, 3), (4, 5, 6)) == (1, 2, 6)
    assert subsets.with_target_of({"x": 1, "label": 2}, {"x": 3, "label": 4}) == {"x": 1, "label": 4}
    assert subsets.with_target_of(torch.zeros(3), torch.ones(3)) is None
    assert subsets.with_target_of({"x": 1}, {"x": 3}) is None
