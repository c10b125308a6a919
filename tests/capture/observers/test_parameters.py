from __future__ import annotations

from typing import Any

import torch
from torch import nn


class Tied(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(7, 4)
        self.body = nn.Sequential(nn.Linear(4, 4), nn.Tanh())
        self.unused = nn.Linear(2, 2)
        self.out = nn.Linear(4, 7, bias=False)
        self.out.weight = self.embed.weight

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        return self.out(self.body(self.embed(tokens)))


def _step(model: nn.Module, optimiser: torch.optim.Optimizer) -> None:
    optimiser.zero_grad()
    model(torch.randint(0, 7, (3, 5))).pow(2).mean().backward()
    optimiser.step()


def _records(run: Any) -> dict[str, Any]:
    return {record.name: record for record in run.evidence.parameter}


def test_names_runs_and_reach(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model = Tied()
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        for _ in conductor.training(range(3)):
            _step(model, optimiser)

    records = _records(watched(program))
    assert set(records) == {"embed.weight", "body.0.weight", "body.0.bias", "unused.weight", "unused.bias"}
    tied = records["embed.weight"]
    assert tied.module_runs == 6  # of both modules that own it
    assert (tied.root, tied.module, tied.shape, tied.numel, tied.dtype) == ("Tied", "embed", (7, 4), 28, "float32")
    assert tied.reached == 3
    assert len(tied.gradient_norms) == 3
    assert tied.optimisers == (0,)
    unused = records["unused.weight"]
    assert (unused.module_runs, unused.reached, unused.changed) == (0, 0, False)
    assert unused.gradient_norms == (None, None, None)


def test_a_head_made_after_the_optimiser(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model = Tied()
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        model.body = nn.Sequential(nn.Linear(4, 4), nn.Tanh())
        for _ in conductor.training(range(2)):
            _step(model, optimiser)

    run = watched(program)
    records = _records(run)
    new = [record for record in run.evidence.parameter if record.created_after_optimiser]
    assert {record.name for record in new} == {"body.0.weight", "body.0.bias"}
    assert all(record.optimisers == () and record.reached == 2 and not record.changed for record in new)
    assert not records["embed.weight"].created_after_optimiser
    assert run.evidence.optimiser[0].foreign == 2, "the two of the old body, which no forward uses any more"


def test_a_new_model_each_fold_is_not_late(watched: Any) -> None:
    def program(conductor: Any) -> None:
        for _ in range(3):
            model = Tied()
            optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
            for _ in conductor.training(range(2)):
                _step(model, optimiser)

    run = watched(program)
    assert len(run.evidence.parameter) == 15
    assert all(record.optimisers for record in run.evidence.parameter)
    assert {record.root for record in run.evidence.parameter} == {"Tied"}


def test_frozen_parameters(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model = Tied()
        model.body.requires_grad_(False)
        optimiser = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.1)
        _step(model, optimiser)

    record = _records(watched(program))["body.0.weight"]
    assert not record.requires_grad
    assert record.reached == 0
    assert record.optimisers == ()


def test_parameters_added_to_an_optimiser_later(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model = Tied()
        optimiser = torch.optim.SGD(model.embed.parameters(), lr=0.1)
        _step(model, optimiser)
        optimiser.add_param_group({"params": list(model.body.parameters())})
        _step(model, optimiser)

    records = _records(watched(program))
    assert records["body.0.weight"].optimisers == (0,)
    assert records["body.0.weight"].changed
    assert records["unused.weight"].optimisers == ()


def test_leaves_of_no_module(watched: Any) -> None:
    def program(conductor: Any) -> None:
        weight = torch.randn(3, requires_grad=True)
        optimiser = torch.optim.Adam([weight])
        for _ in range(2):
            optimiser.zero_grad()
            weight.pow(2).sum().backward()
            optimiser.step()

    (record,) = watched(program).evidence.parameter
    assert (record.name, record.root, record.module) == ("param0", "", "")
    assert record.reached == 2
    assert record.changed


def test_a_part_called_alone_is_named_from_the_whole(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model = Tied()
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        model.body(torch.randn(2, 4)).mean().backward()
        optimiser.step()
        _step(model, optimiser)

    assert "body.0.weight" in _records(watched(program))
