from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn


def _run(watched: Any, keep: Callable[[list[Any], torch.Tensor, torch.Tensor], None], epochs: int = 3) -> Any:
    def program(conductor: Any) -> None:
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(8, 128), nn.Tanh(), nn.Linear(128, 64))
        optimiser = torch.optim.Adam(model.parameters())
        kept: list[Any] = []
        items = [torch.randn(16, 8) for _ in range(4)]
        for _ in conductor.evaluation(range(epochs)):
            for item in conductor.training(items):
                optimiser.zero_grad()
                output = model(item)
                loss = output.square().mean()
                keep(kept, output, loss)
                loss.backward(retain_graph=True)
                optimiser.step()
                del output, loss
        kept.clear()

    (record,) = watched(program).evidence.growth
    assert record.step == 4 * epochs - 1
    assert record.entry == epochs - 1
    return record


def _earlier(record: Any) -> list[Any]:
    """Without the last step, which has just used what it computed."""
    return [remains for remains in record.remains if remains.step < record.step]


def test_outputs_in_a_list_remain_and_are_named_by_their_operation(watched: Any) -> None:
    record = _run(watched, lambda kept, output, loss: kept.append(output.detach()))

    assert [(remains.step, remains.bytes) for remains in _earlier(record)] == [(n, 16 * 64 * 4) for n in range(1, 11)]
    assert record.operation == "linear"
    assert record.where is not None


def test_a_graph_that_is_kept_holds_what_python_does_not_see(watched: Any) -> None:
    record = _run(watched, lambda kept, output, loss: kept.append(loss))

    assert {remains.step for remains in record.remains} == set(range(1, 12))
    assert min(remains.bytes for remains in record.remains) >= 16 * (128 + 64) * 4


@pytest.mark.parametrize(
    "keep",
    [
        lambda kept, output, loss: kept.append(loss.item()),
        lambda kept, output, loss: kept.append(float(output.detach().std())),
        lambda kept, output, loss: None,
    ],
)
def test_numbers_and_what_an_optimiser_holds_are_nothing(watched: Any, keep: Any) -> None:
    assert _earlier(_run(watched, keep)) == []


def test_items_and_views_of_them_were_not_made_by_the_step(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model, kept = nn.Linear(8, 2), []
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        for item in conductor.training([torch.randn(64, 8) for _ in range(6)]):
            kept.append(item.flatten(0).view(64, 8)[:32])
            optimiser.zero_grad()
            model(kept[-1]).sum().backward()
            optimiser.step()

    assert _earlier(watched(program).evidence.growth[0]) == []
