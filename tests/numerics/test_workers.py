"""The random streams of real worker processes."""

from __future__ import annotations

import random
from typing import Any

import numpy
import pytest
import torch
from torch.utils.data import DataLoader, Dataset, IterableDataset, Subset

from trialrun import numerics
from trialrun.numerics import NumericsResult, Verdict

MODULE_RNG = numpy.random.default_rng(7)


class Data(Dataset[Any]):
    """Twenty numbers with noise that `draw` makes; `kept` is a generator of its own."""

    def __init__(self, draw: Any, kept: Any = None) -> None:
        self.draw = draw
        self.kept = kept

    def __len__(self) -> int:
        return 20

    def __getitem__(self, index: int) -> float:
        return index + float(self.draw(self, index))


class Transform:
    def __init__(self) -> None:
        self.rng = random.Random(1)

    def __call__(self, data: Any, index: int) -> float:
        return self.rng.random()


def from_module(data: Any, index: int) -> float:
    return float(MODULE_RNG.random())


DISTINCT: dict[str, Any] = {
    "nothing": lambda data, index: 0.0,
    "torch": lambda data, index: torch.rand(()),
    "NumPy": lambda data, index: numpy.random.rand(),
    "Python": lambda data, index: random.random(),
}


@pytest.mark.parametrize("name", DISTINCT)
def test_the_loader_seeds_the_global_generators(name: str) -> None:
    result = numerics.workers(DataLoader(Data(DISTINCT[name]), batch_size=4, shuffle=True))
    assert result.verdict is Verdict.BITWISE, result
    assert result.control.endswith("caught")
    assert not result.control.endswith("not caught")
    if name == "nothing":
        assert result.reason == "no random stream is drawn from: 32 items in 2 epochs with 2 workers were read."
        assert result.facts["items_same_as_without_workers"] == 1.0
    else:
        assert f"({name} (global)) is distinct by worker and epoch" in result.reason
        assert result.facts["items_same_as_without_workers"] == 0.0


REPEATED: dict[str, tuple[Any, str]] = {
    "NumPy generator": (
        lambda: Data(lambda data, index: data.kept.random(), numpy.random.default_rng(0)),
        "dataset.kept",
    ),
    "torch generator": (
        lambda: Data(lambda data, index: torch.rand((), generator=data.kept), torch.Generator()),
        "dataset.kept",
    ),
    "transform": (lambda: Data(Transform()), "dataset.draw.rng"),
    "subset": (
        lambda: Subset(Data(lambda data, index: data.kept.rand(), numpy.random.RandomState(0)), range(18)),
        "dataset.dataset.kept",
    ),
    "module": (lambda: Data(from_module), f"{__name__}.MODULE_RNG"),
}


@pytest.mark.parametrize("name", REPEATED)
def test_a_generator_kept_on_the_data_set_repeats(name: str) -> None:
    make, stream = REPEATED[name]
    result = numerics.workers(make())
    assert result.verdict is Verdict.BUG, result
    assert f"from {stream}, workers 0 and 1 draw the same numbers in an epoch (100% of their draws)" in result.reason
    assert "epochs 1 and 2 draw the same (100%)" in result.reason
    assert f"each worker gets a copy of {stream}" in result.advice
    assert result.facts["repeated_without_workers"] == []
    assert result.facts["streams"][stream]["repeated_by_epochs"] == 1.0


def seeded_alike(worker: int) -> None:
    numpy.random.seed(0)


def seeded_by_number(worker: int) -> None:
    numpy.random.seed(worker)


def seeded_rightly(worker: int) -> None:
    information: Any = torch.utils.data.get_worker_info()
    information.dataset.kept = numpy.random.default_rng(information.seed)


def test_a_fixed_seed_in_worker_init_fn() -> None:
    data = Data(lambda data, index: numpy.random.rand())
    alike = numerics.workers(DataLoader(data, worker_init_fn=seeded_alike))
    assert alike.verdict is Verdict.BUG
    assert "from NumPy (global), workers 0 and 1 draw the same" in alike.reason
    assert "worker_init_fn seeds a global generator with a fixed number" in alike.advice
    numbered = numerics.workers(DataLoader(data, worker_init_fn=seeded_by_number))
    assert numbered.verdict is Verdict.BUG
    assert "from NumPy (global), epochs 1 and 2 draw the same (100%)" in numbered.reason
    assert "workers 0 and 1" not in numbered.reason


def test_a_generator_that_worker_init_fn_seeds_is_right() -> None:
    data = Data(lambda data, index: data.kept.random(), numpy.random.default_rng(0))
    result = numerics.workers(DataLoader(data, worker_init_fn=seeded_rightly))
    assert result.verdict is Verdict.BITWISE, result


def by_index(data: Any, index: int) -> float:
    numpy.random.seed(index)
    return float(numpy.random.rand())


def test_noise_that_is_seeded_by_the_index_is_right() -> None:
    result = numerics.workers(Data(by_index))
    assert result.verdict is Verdict.BITWISE, result
    assert result.facts["streams"]["NumPy (global)"]["items_depend_on_it"] is False
    assert any("seeded anew within an item" in line for line in result.summary)
    assert result.facts["items_same_between_epochs"] == 1.0


def masked(items: list[Any]) -> torch.Tensor:
    return torch.tensor(items) * float(numpy.random.rand())


class Masking:
    def __init__(self) -> None:
        self.rng = numpy.random.default_rng(0)

    def __call__(self, items: list[Any]) -> torch.Tensor:
        return torch.tensor(items) * float(self.rng.random())


def test_what_is_drawn_while_a_batch_is_put_together() -> None:
    data = Data(DISTINCT["nothing"])
    assert numerics.workers(DataLoader(data, batch_size=2, collate_fn=masked)).verdict is Verdict.BITWISE
    result = numerics.workers(DataLoader(data, batch_size=2, collate_fn=Masking()))
    assert result.verdict is Verdict.BUG
    assert "from collate_fn.rng, workers 0 and 1" in result.reason


class Stream(IterableDataset[Any]):
    def __init__(self, kept: Any = None, most: int = 10**9) -> None:
        self.kept = kept
        self.most = most

    def __iter__(self) -> Any:
        for number in range(self.most):
            yield number + (torch.rand(()).item() if self.kept is None else self.kept.random())


def test_iterable_data() -> None:
    assert numerics.workers(DataLoader(Stream(), batch_size=2)).verdict is Verdict.BITWISE
    result = numerics.workers(DataLoader(Stream(numpy.random.default_rng(0)), batch_size=2))
    assert result.verdict is Verdict.BUG
    assert "from dataset.kept, workers 0 and 1" in result.reason
    short = numerics.workers(DataLoader(Stream(most=0)))
    assert short.verdict is Verdict.UNSUPPORTED
    assert "2 of 2 workers read nothing in epoch 1" in short.reason


def unknown(data: Any, index: int) -> float:
    return float(numpy.random.default_rng().random())


def test_a_source_that_is_not_found_is_inconclusive() -> None:
    result = numerics.workers(Data(unknown))
    assert result.verdict is Verdict.INCONCLUSIVE
    assert "100% of the items differ between epochs" in result.reason


def fails(data: Any, index: int) -> float:
    raise ValueError("no such image")


def test_what_cannot_be_measured_says_why() -> None:
    few = numerics.workers(Subset(Data(DISTINCT["torch"]), [0]))
    assert few.verdict is Verdict.UNSUPPORTED
    assert "1 items, fewer than its 2 workers" in few.reason
    broken = numerics.workers(Data(fails))
    assert broken.verdict is Verdict.UNSUPPORTED
    assert broken.reason.startswith("reading the data set raised ValueError")
    assert "nothing to compare" in numerics.workers(Data(DISTINCT["torch"]), workers=0).reason
    bare = numerics.process.make("workers", numerics.Subject(torch.nn.Identity(), None), numerics.Options())
    assert "has no DataLoader" in bare.reason


class Trained:
    def __init__(self) -> None:
        self.loader = DataLoader(Data(lambda data, index: data.kept.random(), numpy.random.default_rng(0)))

    def step(self) -> None:
        pass


def test_the_loader_of_a_training_is_found() -> None:
    subject = numerics.Subject(torch.nn.Identity(), None, training=Trained())
    result: NumericsResult = numerics.process.make("workers", subject, numerics.Options())
    assert result.verdict is Verdict.BUG
    assert "dataset.kept" in result.reason


def test_nothing_of_the_users_is_changed() -> None:
    kept, own = numpy.random.default_rng(0), torch.Generator().manual_seed(3)
    loader = DataLoader(Data(lambda data, index: data.kept.random(), kept), batch_size=2, shuffle=True, generator=own)
    before = kept.bit_generator.state, own.get_state(), torch.get_rng_state(), random.getstate()
    numerics.workers(loader)
    assert kept.bit_generator.state == before[0]
    assert torch.equal(own.get_state(), before[1])
    assert torch.equal(torch.get_rng_state(), before[2])
    assert random.getstate() == before[3]
