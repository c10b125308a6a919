from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(4, 6), nn.ReLU())
        self.head = nn.Linear(6, 2)

    def forward(self, data: torch.Tensor) -> torch.Tensor:
        return self.head(self.body(self.body[1](data)))


def _step(model: nn.Module, data: torch.Tensor, optimiser: torch.optim.Optimizer) -> None:
    optimiser.zero_grad()
    model(data).pow(2).mean().backward()
    optimiser.step()


def test_rows_of_the_first_step_in_call_order(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model = Net()
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        with torch.no_grad():
            model.eval()(torch.randn(9, 4))
        model.train()
        for _ in conductor.training(range(3)):
            _step(model, torch.ones(5, 4), optimiser)

    rows = watched(program).evidence.layer
    assert [(row.name, row.cls) for row in rows] == [
        ("", "Net"),
        ("body.1", "ReLU"),  # called twice, listed at its first call
        ("body", "Sequential"),
        ("body.0", "Linear"),
        ("head", "Linear"),
    ]
    assert rows[0].root == "Net"
    assert rows[0].input_shapes == ((5, 4),)
    assert rows[0].output_shapes == ((5, 2),)
    assert [row.parameters for row in rows] == [0, 0, 0, 30, 14]
    assert [row.leaf for row in rows] == [False, True, False, True, True]
    assert all(row.training for row in rows)
    assert rows[1].activation_rms == pytest.approx(1.0)
    assert rows[1].zero_share == 0.0


def test_share_of_zeros(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model = nn.Sequential(nn.Linear(4, 4, bias=False), nn.ReLU())
        with torch.no_grad():
            model[0].weight.copy_(torch.diag(torch.tensor([1.0, 1.0, 1.0, -1.0])))
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        _step(model, torch.ones(2, 4), optimiser)

    rows = {row.name: row for row in watched(program).evidence.layer}
    assert rows["1"].zero_share == 0.25
    assert rows["0"].zero_share == 0.0


def test_both_models_of_a_gan_are_kept_apart(watched: Any) -> None:
    def program(conductor: Any) -> None:
        generator, critic = nn.Sequential(nn.Linear(2, 3)), nn.Sequential(nn.Linear(3, 1))
        of_generator = torch.optim.Adam(generator.parameters())
        of_critic = torch.optim.Adam(critic.parameters())
        for _ in conductor.training(range(2)):
            fake = generator(torch.randn(4, 2))
            of_critic.zero_grad()
            critic(fake.detach()).mean().backward()
            of_critic.step()
            of_generator.zero_grad()
            critic(fake).mean().backward()
            of_generator.step()

    rows = watched(program).evidence.layer
    assert {(row.root, row.name) for row in rows} == {
        ("Sequential", ""),
        ("Sequential", "0"),
        ("Sequential (2)", ""),
        ("Sequential (2)", "0"),
    }


def test_models_of_one_structure_share_their_rows(watched: Any) -> None:
    def program(conductor: Any) -> None:
        for _ in range(3):
            model = nn.Sequential(nn.Linear(2, 1))
            _step(model, torch.randn(4, 2), torch.optim.SGD(model.parameters(), lr=0.1))

    assert [row.name for row in watched(program).evidence.layer] == ["", "0"]


def test_forward_called_directly_is_named_from_the_model(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model = Net()
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        for _ in conductor.training(range(2)):
            optimiser.zero_grad()
            model.forward(torch.randn(5, 4)).mean().backward()
            optimiser.step()

    run = watched(program)
    assert {(row.root, row.name) for row in run.evidence.layer} == {
        ("Net", "body.1"),
        ("Net", "body"),
        ("Net", "body.0"),
        ("Net", "head"),
    }
    assert {record.name for record in run.evidence.parameter} >= {"body.0.weight", "head.bias"}


def test_losses_are_no_models(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model, criterion = nn.Linear(4, 2), nn.CrossEntropyLoss()
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        for _ in conductor.training(range(2)):
            optimiser.zero_grad()
            criterion(model(torch.randn(3, 4)), torch.tensor([0, 1, 0])).backward()
            optimiser.step()

    run = watched(program)
    assert [row.cls for row in run.evidence.layer] == ["Linear"]
    assert run.conductor.model_calls == [(True, True)] * 2
