"""The broken graph: a module's output leads to the loss by value, and the way is cut."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn


class Two(nn.Module):
    def __init__(self, cut: Any) -> None:
        super().__init__()
        self.first = nn.Linear(3, 4)
        self.last = nn.Linear(4, 1)
        self.cut = cut

    def forward(self, data: torch.Tensor) -> torch.Tensor:
        return self.last(self.cut(self.first(data)))


def _train(model: nn.Module, steps: int = 2) -> None:
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(steps):
        optimiser.zero_grad()
        nn.functional.mse_loss(model(torch.randn(5, 3)), torch.randn(5, 1)).backward()
        optimiser.step()


@pytest.mark.parametrize(
    ("cut", "operation"),
    [
        (lambda x: x.detach(), "detach"),
        (lambda x: x.data * 2, ".data"),
        (lambda x: torch.from_numpy(x.detach().numpy() * 2), "detach"),
        (lambda x: torch.tensor(x.tolist()), ".tolist()"),
        (lambda x: torch.tensor([[v.item() for v in row] for row in x]), ".item()"),
        (lambda x: torch.as_tensor(np.tanh(x.detach().cpu().numpy())), "detach"),
        (lambda x: nn.functional.one_hot(x.argmax(1), 4).float(), "argmax"),
        (lambda x: (x > 0).float(), "gt"),
        (lambda x: x.mean().item() * torch.ones(5, 4), ".item()"),
        (lambda x: torch.stack([row.detach() for row in x]), "detach"),
    ],
)
def test_cuts_are_named(watched: Any, cut: Any, operation: str) -> None:
    records = {record.name: record for record in watched(lambda _: _train(Two(cut))).evidence.parameter}
    for name in ("first.weight", "first.bias"):
        record = records[name]
        assert record.reached == 0
        assert record.module_runs == 2
        assert record.value_reaches_loss
        assert operation in [site.operation for site in record.cuts]
        assert record.cuts[0].where is not None
        assert record.cuts[0].where.file == "test_values.py"
    for name in ("last.weight", "last.bias"):
        assert records[name].reached == 2
        assert not records[name].value_reaches_loss


@pytest.mark.parametrize(
    "path",
    [
        lambda x: x,
        lambda x: x + (x.round() - x).detach(),  # straight-through: the graph reaches it all the same
        lambda x: x.clone(),
        lambda x: x * (x > 0),
    ],
)
def test_whole_paths(watched: Any, path: Any) -> None:
    records = watched(lambda _: _train(Two(path))).evidence.parameter
    assert all(record.reached == 2 and not record.value_reaches_loss for record in records)


def test_a_scalar_that_is_only_printed_leads_nowhere(watched: Any) -> None:
    class Side(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.used = nn.Linear(3, 1)
            self.logged = nn.Linear(3, 1)

        def forward(self, data: torch.Tensor) -> torch.Tensor:
            self.seen = self.logged(data).mean().item()
            return self.used(data)

    records = {record.name: record for record in watched(lambda _: _train(Side())).evidence.parameter}
    assert records["logged.weight"].reached == 0
    assert not records["logged.weight"].value_reaches_loss
    assert records["used.weight"].reached == 2


def test_a_gan_reaches_both_in_their_own_backwards(watched: Any) -> None:
    def program(conductor: Any) -> None:
        generator, critic = nn.Linear(2, 3), nn.Linear(3, 1)
        of_generator = torch.optim.SGD(generator.parameters(), lr=0.1)
        of_critic = torch.optim.SGD(critic.parameters(), lr=0.1)
        for _ in range(2):
            fake = generator(torch.randn(4, 2))
            of_critic.zero_grad()
            critic(fake.detach()).mean().backward()
            of_critic.step()
            of_generator.zero_grad()
            critic(fake).mean().backward()
            of_generator.step()

    records = watched(program).evidence.parameter
    assert [record.reached for record in records] == [2, 2, 4, 4]


def test_a_checkpointed_block_is_reached(watched: Any) -> None:
    from torch.utils.checkpoint import checkpoint

    def program(conductor: Any) -> None:
        block, last = nn.Linear(3, 3), nn.Linear(3, 1)
        optimiser = torch.optim.SGD([*block.parameters(), *last.parameters()], lr=0.1)
        for reentrant in (False, True):
            optimiser.zero_grad()
            data = torch.randn(4, 3, requires_grad=True)
            last(checkpoint(block, data, use_reentrant=reentrant)).mean().backward()
            optimiser.step()

    run = watched(program)
    assert [record.reached for record in run.evidence.parameter] == [2, 2, 2, 2]
    assert run.conductor.backwards == 2
