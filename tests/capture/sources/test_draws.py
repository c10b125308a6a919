from __future__ import annotations

from collections import deque
from random import SystemRandom
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, IterableDataset


class Noise(Dataset):  # type: ignore[type-arg]
    """Rows of noise from a generator of its own, which ``sown`` sows from the index each time."""

    def __init__(self, sown: bool = False) -> None:
        self.system = SystemRandom()  # it has no state to read
        self.generator = torch.Generator().manual_seed(0)
        self.sown = sown

    def __len__(self) -> int:
        return 32

    def __getitem__(self, index: int) -> torch.Tensor:
        if self.sown:
            self.generator.manual_seed(index)
        return torch.randn(3, generator=self.generator)


class Stream(IterableDataset):  # type: ignore[type-arg]
    def __iter__(self) -> Any:
        return iter(torch.arange(96.0).reshape(32, 3))


class Global(Noise):
    def __getitem__(self, index: int) -> torch.Tensor:
        return torch.tensor(np.random.randn(3), dtype=torch.float32)


def _repeats(watched: Any, loader: Any, before: Any = None, trainings: int = 1) -> Any:
    """(stream, kind, alike, looked at) of a training of two passes over ``loader``."""

    def program(conductor: Any) -> None:
        for _ in range(trainings):
            model = nn.Linear(3, 1)
            optimiser = torch.optim.SGD(model.parameters(), lr=0.01)
            for _ in range(2):
                if before is not None:
                    before(loader.dataset)
                for x in conductor.training(x for x in loader):
                    optimiser.zero_grad()
                    model(x).mean().backward()
                    optimiser.step()

    return [(r.stream, r.kind, r.alike, r.looked_at) for r in watched(program).evidence.repeated_draws]


def test_generator_copied_into_workers(watched: Any) -> None:
    assert _repeats(watched, DataLoader(Noise(), 8, num_workers=2)) == [
        ("dataset.generator", "workers", 2, 2),
        ("dataset.generator", "passes", 2, 2),
    ]


def test_passes_of_another_loader_over_the_same_data_are_not_the_trainings(watched: Any) -> None:
    def start(number: int) -> None:
        torch.utils.data.get_worker_info().dataset.generator.manual_seed(torch.initial_seed())

    data = Noise()

    def program(conductor: Any) -> None:
        for workers in (0, 2, 2):  # how long does it take to load?
            deque(DataLoader(data, 8, num_workers=workers), maxlen=0)
        model = nn.Linear(3, 1)
        optimiser = torch.optim.SGD(model.parameters(), lr=0.01)
        for x in conductor.training(DataLoader(data, 8, num_workers=2, worker_init_fn=start)):
            optimiser.zero_grad()
            model(x).mean().backward()
            optimiser.step()

    assert watched(program).evidence.repeated_draws == ()


def test_seed_set_in_every_worker(watched: Any) -> None:
    loader = DataLoader(Global(), 8, num_workers=1, worker_init_fn=lambda _: np.random.seed(0))

    assert _repeats(watched, loader) == [("numpy.random", "passes", 2, 2)]


def test_generator_set_back_between_passes(watched: Any) -> None:
    def set_back(dataset: Any) -> None:
        dataset.generator.manual_seed(0)

    assert _repeats(watched, DataLoader(Noise(), 8), set_back) == [("dataset.generator", "passes", 2, 2)]


def test_stream_that_no_worker_divides(watched: Any) -> None:
    assert _repeats(watched, DataLoader(Stream(), 8, num_workers=2)) == [("", "samples", 2, 2)]


@pytest.mark.parametrize(
    "loader",
    [
        DataLoader(Noise(), 8),
        DataLoader(Noise(), 8, num_workers=1, persistent_workers=True),
        DataLoader(Noise(sown=True), 8, num_workers=2),
        DataLoader(Global(), 8, num_workers=2),
        DataLoader(Stream(), 8),
    ],
)
def test_right_ones(loader: Any, watched: Any) -> None:
    assert _repeats(watched, loader) == []


def test_comparisons_that_begin_alike(watched: Any) -> None:
    passes: list[int] = []

    def set_back(dataset: Any) -> None:
        if len(passes) % 2 == 0:  # once for each model
            dataset.generator.manual_seed(0)
        passes.append(0)

    assert _repeats(watched, DataLoader(Noise(), 8), set_back, trainings=2) == []
