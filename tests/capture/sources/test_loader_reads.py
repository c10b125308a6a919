from __future__ import annotations

import contextlib
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

FEATURES = torch.randn(44, 4, generator=torch.Generator().manual_seed(0))
LABELS = torch.arange(44) // 15  # 0, 1, 2, in blocks


def _records(watched: Any, loader: Any, loss: Any, model: Any = None, before: Any = None, passes: int = 1) -> Any:
    """The loader records of a training over ``loader``; ``before(model)`` is called before each pass."""
    network = nn.Linear(4, 3) if model is None else model

    def program(conductor: Any) -> None:
        optimiser = torch.optim.SGD(network.parameters(), lr=0.1)
        for _ in range(passes):
            if before is not None:
                before(network)
            for x, y in conductor.training(loader):
                optimiser.zero_grad()
                loss(network(x), y).backward()
                optimiser.step()

    return watched(program).evidence.loader


def test_what_is_recorded(watched: Any) -> None:
    (record,) = _records(watched, DataLoader(TensorDataset(FEATURES, LABELS), batch_size=10), F.cross_entropy, passes=2)

    assert record.sequential
    assert (record.samples, record.batch_size, record.last_batch_size, record.workers) == (44, 10, 4, 0)
    assert record.steps == 10
    assert record.label_batches[:2] == ({"0": 10}, {"0": 5, "1": 5})
    assert record.label_batches.count({"0": 5, "1": 5}) == 1  # the second pass brought nothing new
    assert record.where.file == "test_loader_reads.py"


def test_order_that_a_sampler_draws_is_not_sequential(watched: Any) -> None:
    loader = DataLoader(TensorDataset(FEATURES, LABELS), batch_size=10, shuffle=True)

    assert not _records(watched, loader, F.cross_entropy)[0].sequential


def test_loader_of_an_evaluation_trains_nothing(watched: Any) -> None:
    checked = DataLoader(TensorDataset(FEATURES, LABELS), batch_size=22)

    def evaluate(model: Any) -> None:
        for x, y in checked:
            F.cross_entropy(model(x), y)  # with gradients, which nobody asked for

    train = DataLoader(TensorDataset(FEATURES, LABELS), batch_size=10)
    evaluated, trained = _records(watched, train, F.cross_entropy, before=evaluate)

    assert (evaluated.training, evaluated.label_batches) == (False, ())
    assert trained.training


def test_labels_of_the_programs_own_making_are_not_the_loaders(watched: Any) -> None:
    loader = DataLoader(TensorDataset(FEATURES, LABELS), batch_size=11)

    def real_or_fake(out: Any, y: Any) -> Any:  # as those of some batches happen to be
        return F.cross_entropy(out, torch.zeros_like(y)) + F.cross_entropy(-out, torch.ones_like(y))

    (record,) = _records(watched, loader, real_or_fake)

    assert record.steps == 4
    assert record.label_batches == ()


def test_micro_batches_have_the_labels_of_their_own_loss(watched: Any) -> None:
    def program(conductor: Any) -> None:
        network = nn.Linear(4, 3)
        optimiser = torch.optim.SGD(network.parameters(), lr=0.1)
        for number, (x, y) in enumerate(conductor.training(DataLoader(TensorDataset(FEATURES, LABELS), 11))):
            F.cross_entropy(network(x), y).backward()
            if number % 2:
                optimiser.step()
                optimiser.zero_grad()

    (record,) = watched(program).evidence.loader

    assert record.label_batches == ({"0": 11}, {"0": 4, "1": 7}, {"1": 8, "2": 3}, {"2": 11})


def test_targets_in_order(watched: Any) -> None:
    ascending = TensorDataset(FEATURES, torch.linspace(0, 1, 44))
    (record,) = _records(watched, DataLoader(ascending, 11), lambda out, y: F.mse_loss(out[:, 0], y), passes=2)

    assert record.targets_sorted
    assert record.target_samples == 44


def test_windows_of_a_series_are_in_order_for_a_reason(watched: Any) -> None:
    windows = torch.linspace(0, 1, 48).unfold(0, 5, 1)
    series = TensorDataset(windows[:, :4], windows[:, 4])
    (record,) = _records(watched, DataLoader(series, 11), lambda out, y: F.mse_loss(out[:, 0], y))

    assert not record.targets_sorted


def test_normalisation_that_meets_a_small_last_batch(watched: Any) -> None:
    model = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3))
    (record,) = _records(watched, DataLoader(TensorDataset(FEATURES, LABELS), 14), F.cross_entropy, model)

    assert (record.norm_module, record.norm_cls, record.norm_samples, record.norm_values) == ("1", "BatchNorm1d", 2, 2)


def test_batch_of_one_that_a_normalisation_refuses_leaves_no_trace_in_it(watched: Any) -> None:
    model = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3))

    def program(conductor: Any) -> None:
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        for features, labels in conductor.training(DataLoader(TensorDataset(FEATURES[:41], LABELS[:41]), 10)):
            with contextlib.suppress(ValueError):
                F.cross_entropy(model(features), labels).backward()
                optimiser.step()

    (record,) = watched(program).evidence.loader

    assert (record.steps, record.norm_module, record.norm_samples) == (4, None, 0)


def test_loader_built_anew_for_each_pass_is_one(watched: Any) -> None:
    def program(conductor: Any) -> None:
        for _ in range(3):
            for _ in DataLoader(TensorDataset(FEATURES), batch_size=11):
                pass

    (record,) = watched(program).evidence.loader

    assert record.steps == 0


def test_data_set_is_not_kept_alive(watched: Any) -> None:
    import gc
    import weakref

    held: list[Any] = []

    def program(conductor: Any) -> None:
        data = TensorDataset(torch.randn(8, 4))
        held.append(weakref.ref(data))
        for _ in DataLoader(data, batch_size=4):
            pass
        del data
        gc.collect()
        assert held[0]() is None

    assert watched(program).evidence.loader
