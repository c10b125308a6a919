from __future__ import annotations

from typing import Any

import torch
from torch import nn


def _train(keep: Any, steps: int = 8) -> Any:
    def program(conductor: Any) -> None:
        model = nn.Linear(4, 1)
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        for _ in conductor.training(range(steps)):
            loss = nn.functional.mse_loss(model(torch.randn(8, 4)), torch.randn(8, 1))
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            keep(loss)

    return program


def test_losses_in_a_list_are_counted(watched: Any) -> None:
    kept: list[torch.Tensor] = []
    (record,) = watched(_train(kept.append)).evidence.retained
    assert (record.alive, record.step, record.backwards) == (7, 7, 7)
    assert record.nodes >= 4
    assert record.where.function == "program"


def test_a_part_of_what_was_backpropagated_is_found_as_well(watched: Any) -> None:
    kept = []

    def program(conductor: Any) -> None:
        model = nn.Linear(4, 1)
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        for _ in conductor.training(range(6)):
            loss = nn.functional.mse_loss(model(torch.randn(8, 4)), torch.randn(8, 1))
            optimiser.zero_grad()
            (loss / 4).backward()
            optimiser.step()
            kept.append(loss)

    (record,) = watched(program).evidence.retained
    assert record.alive == 5


def test_the_last_loss_alone_is_no_growth(watched: Any) -> None:
    last: dict[str, torch.Tensor] = {}
    assert watched(_train(lambda loss: last.update(loss=loss))).evidence.retained == ()


def test_numbers_hold_no_graph(watched: Any) -> None:
    kept: list[float] = []
    assert watched(_train(lambda loss: kept.append(loss.item()))).evidence.retained == ()
