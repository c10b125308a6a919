from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn


def _program(loop: Callable[..., Any], compile_it: bool = True) -> Any:
    """Losses, weights and the number of graphs of a small compiled training program."""
    graphs = 0

    def backend(graph: Any, inputs: Any) -> Any:
        nonlocal graphs
        graphs += 1
        return graph.forward

    torch.compiler.reset()
    torch.manual_seed(4)
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Dropout(0.2), nn.Linear(8, 2))
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    compiled = torch.compile(model, backend=backend) if compile_it else model
    losses = []
    for _ in loop(range(5)):
        optimiser.zero_grad()
        loss = F.cross_entropy(compiled(torch.randn(6, 4)), torch.randint(0, 2, (6,)))
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return losses, [p.detach().clone() for p in model.parameters()], graphs


def test_a_compiled_program_is_not_changed(watched: Any) -> None:
    losses, weights, graphs = _program(lambda items: items)
    assert graphs == 1
    run = watched(lambda conductor: _program(conductor.training))
    assert run.result[0] == losses
    assert all(torch.equal(mine, theirs) for mine, theirs in zip(run.result[1], weights, strict=True))
    assert run.result[2] == graphs


def test_it_is_watched_at_its_boundary(watched: Any) -> None:
    run = watched(lambda conductor: _program(conductor.training))
    assert run.evidence.steps == 5
    assert run.conductor.model_calls == [(True, True)] * 5
    assert [(row.name, row.cls) for row in run.evidence.layer] == [("", "Sequential")]
    assert run.evidence.layer[0].output_shapes == ((6, 2),)
    assert {record.name for record in run.evidence.parameter} == {"0.weight", "0.bias", "3.weight", "3.bias"}
    assert all(record.reached == 5 for record in run.evidence.parameter)
    skipped = {record.what: record.reason for record in run.evidence.skip}
    assert set(skipped) == {"loss", "broadcast", "nonfinite", "stray_module"}
    assert "torch.compile" in skipped["loss"]
    assert {call.function for call in run.evidence.loss} == {"backward"}


def test_a_program_that_does_not_compile_keeps_its_sources(watched: Any) -> None:
    run = watched(lambda conductor: _program(conductor.training, compile_it=False))
    assert len(run.evidence.loss) == 5
    assert run.evidence.skip == ()


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(4, 4)

    def forward(self, data: torch.Tensor) -> torch.Tensor:
        return torch.tanh(self.layer(data))


def _compiled_in_place(loop: Callable[..., Any]) -> int:
    graphs = 0

    def backend(graph: Any, inputs: Any) -> Any:
        nonlocal graphs
        graphs += 1
        return graph.forward

    torch.compiler.reset()
    model = Net()
    model.compile(backend=backend)
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in loop(range(3)):
        optimiser.zero_grad()
        model(torch.randn(2, 4)).mean().backward()
        optimiser.step()
    return graphs


def test_a_module_compiled_in_place(watched: Any) -> None:
    graphs = _compiled_in_place(lambda items: items)
    assert graphs >= 1
    run = watched(lambda conductor: _compiled_in_place(conductor.training))
    assert run.result == graphs
    assert run.evidence.steps == 3
