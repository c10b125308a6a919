from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn


def _train(conductor: Any, device: str) -> None:
    model = nn.Linear(4, 2).to(device)
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    for number in conductor.training(range(5)):
        loss = model(torch.ones(3, 4, device=device)).sum()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        loss.item()
        if number == 2:
            loss.detach().cpu()
        loss.to(torch.float64)
    loss.tolist()


def test_nothing_is_told_of_the_cpu(watched: Any) -> None:
    (record,) = watched(lambda conductor: _train(conductor, "cpu")).evidence.host_read
    assert (record.device, record.steps, record.reads) == ("", 5, ())


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_reads_in_the_training_loop_are_counted_by_line_and_step(watched: Any) -> None:
    (record,) = watched(lambda conductor: _train(conductor, "cuda")).evidence.host_read
    assert (record.device, record.steps) == ("cuda:0", 5)
    assert [(read.operation, read.calls, read.steps) for read in record.reads] == [("item", 5, 5), ("cpu", 1, 1)]
    assert [read.operation for read in record.every_step()] == ["item"]
