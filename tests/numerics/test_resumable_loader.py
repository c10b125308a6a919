"""The position in a loader: the next batch after a stop is the one that would have come."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch.utils.data import DataLoader, DistributedSampler, IterableDataset, RandomSampler, TensorDataset

import trialrun
from trialrun.errors import UsageError


class Stream(IterableDataset[Any]):
    def __iter__(self) -> Any:
        return (torch.rand(()) for _ in range(10))


class Drawing(torch.utils.data.Sampler[int]):
    """Draws each index when it is asked for it, from the generator that samples draw from too."""

    def __iter__(self) -> Any:
        return (int(torch.randint(20, ())) for _ in range(20))

    def __len__(self) -> int:
        return 20


class Counted(TensorDataset):
    reads = 0

    def __getitem__(self, index: int) -> Any:
        self.reads += 1
        return super().__getitem__(index)[0] + torch.rand(())


def data() -> Counted:
    return Counted(torch.arange(20.0))


MAKERS: dict[str, Any] = {
    "in order": lambda: DataLoader(data(), batch_size=3),
    "shuffled by the global generator": lambda: DataLoader(data(), batch_size=3, shuffle=True),
    "own generator": lambda: DataLoader(data(), 3, shuffle=True, generator=torch.Generator().manual_seed(1)),
    "with replacement": lambda: DataLoader(data(), 3, sampler=RandomSampler(range(20), replacement=True)),
    "own sampler": lambda: DataLoader(data(), 3, sampler=Drawing()),
    "iterable": lambda: DataLoader(Stream(), batch_size=3),
    "workers": lambda: DataLoader(data(), batch_size=3, shuffle=True, num_workers=2),
    "ranks": lambda: DataLoader(data(), 3, sampler=DistributedSampler(range(20), 2, 0)),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("stop", [1, 3, 4, 7])  # in the first pass, at its end, in the second
def test_it_goes_on_with_the_next_batch(name: str, stop: int) -> None:
    def batches(loader: Any, passes: int) -> Any:
        for _ in range(passes):
            yield from loader

    torch.manual_seed(0)
    loader = trialrun.ResumableLoader(MAKERS[name]())
    reading = batches(loader, 3)
    for _ in range(stop):
        next(reading)
    position, state = loader.state_dict(), torch.get_rng_state()
    expected = [batch.tolist() for batch in reading]
    torch.manual_seed(5)
    fresh = trialrun.ResumableLoader(MAKERS[name]())
    fresh.load_state_dict(position)
    torch.set_rng_state(state)
    got = [batch.tolist() for batch in batches(fresh, 3)]
    assert got[: len(expected)] == expected
    assert len(expected) > 3


def test_the_global_generators_stay_where_they_are() -> None:
    loader = trialrun.ResumableLoader(MAKERS["own sampler"]())
    next(iter(loader))
    position = loader.state_dict()
    torch.manual_seed(99)
    before = torch.get_rng_state()
    trialrun.ResumableLoader(MAKERS["own sampler"]()).load_state_dict(position)
    assert torch.equal(torch.get_rng_state(), before)


def test_samples_are_not_read_again_where_their_order_is_known() -> None:
    loader = trialrun.ResumableLoader(MAKERS["shuffled by the global generator"]())
    reading = iter(loader)
    for _ in range(4):
        next(reading)
    fresh = trialrun.ResumableLoader(MAKERS["shuffled by the global generator"]())
    fresh.load_state_dict(loader.state_dict())
    assert fresh.dataset.reads == 0
    assert sum(len(batch) for batch in fresh) == 8


def test_after_a_break_the_next_pass_is_a_new_one() -> None:
    loader = trialrun.ResumableLoader(DataLoader(data(), batch_size=3))
    for _ in loader:
        break
    assert len(list(loader)) == len(loader) == 7


def test_what_it_cannot_resume_is_refused() -> None:
    with pytest.raises(UsageError, match="takes a DataLoader, not a list"):
        trialrun.ResumableLoader([1, 2])
    with pytest.raises(UsageError, match="persistent_workers"):
        trialrun.ResumableLoader(DataLoader(data(), num_workers=1, persistent_workers=True))
    longer = trialrun.ResumableLoader(DataLoader(data()))
    reading = iter(longer)
    for _ in range(9):
        next(reading)
    with pytest.raises(UsageError, match="9 batches had been read, but the loader ends after 3"):
        trialrun.ResumableLoader(DataLoader(Stream(), batch_size=4)).load_state_dict(longer.state_dict())
