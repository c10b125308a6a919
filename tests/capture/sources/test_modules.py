from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn
from torch.nn.modules.module import register_module_forward_hook

from trialrun import _torch


class Fails(nn.Module):
    def forward(self, data: torch.Tensor, scale: float = 1.0) -> torch.Tensor | None:
        if data.numel() == 0:
            raise ValueError("empty")
        return None if scale == 0 else data * scale


def test_hooks_of_a_torch_without_keywords() -> None:
    heard: list[Any] = []
    hook = _torch.without_keywords(lambda module, args, *rest: heard.append(rest))
    handle = register_module_forward_hook(hook, always_call=True)
    try:
        module = Fails()
        module(torch.ones(2), scale=0)
        module(torch.ones(2))
        with pytest.raises(ValueError, match="empty"):
            module(torch.ones(0))
    finally:
        handle.remove()
    assert heard[0] == ({}, None)
    assert heard[1][0] == {}
    assert torch.equal(heard[1][1], torch.ones(2))
    assert heard[2] == (None,)


def test_keywords_count_as_inputs(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model = nn.Sequential(nn.Linear(3, 2))
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        model(input=torch.randn(4, 3)).mean().backward()
        optimiser.step()

    assert watched(program).evidence.layer[0].input_shapes == ((4, 3),)


def test_a_model_that_calls_itself(watched: Any) -> None:
    class Tree(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(2, 2)

        def forward(self, data: torch.Tensor, depth: int = 3) -> torch.Tensor:
            return self(self.layer(data), depth - 1) if depth else data

    def program(conductor: Any) -> None:
        model = Tree()
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        model(torch.randn(4, 2)).mean().backward()
        optimiser.step()

    run = watched(program)
    assert run.conductor.model_calls == [(True, True)]
    assert [row.name for row in run.evidence.layer] == ["", "layer"]
    assert run.evidence.stray_module == ()
