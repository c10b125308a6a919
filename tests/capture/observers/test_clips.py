from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn.utils import clip_grad_norm_, clip_grad_value_


def _run(watched: Any, body: Callable[[nn.Linear, torch.optim.Optimizer], None]) -> Any:
    def program(conductor: Any) -> None:
        model = nn.Linear(4, 1, bias=False)
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        for _ in range(2):
            optimiser.zero_grad()
            body(model, optimiser)

    return watched(program).evidence.clip


def _backward(model: nn.Linear) -> None:
    model(torch.ones(1, 4)).sum().backward()  # |g| = 2


def test_clip_in_time_with_its_numbers(watched: Any) -> None:
    def body(model: nn.Linear, optimiser: torch.optim.Optimizer) -> None:
        _backward(model)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 0.5)
        optimiser.step()

    clip, _ = _run(watched, body)
    assert (clip.kind, clip.limit, clip.size, clip.active, clip.late) == ("norm", 0.5, 2.0, True, False)
    assert clip.optimisers == (0,)
    assert clip.scale is None


def test_clip_of_used_gradients_is_late_also_in_the_last_step(watched: Any) -> None:
    def body(model: nn.Linear, optimiser: torch.optim.Optimizer) -> None:
        _backward(model)
        optimiser.step()
        torch.nn.utils.clip_grad_value_(list(model.parameters()), 0.5)

    clips = _run(watched, body)
    assert [(clip.kind, clip.size, clip.active, clip.late) for clip in clips] == [("value", 1.0, True, True)] * 2
    assert clips[0].step_where is not None


def test_late_clip_of_gradients_that_are_used_again_is_not_told(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model = nn.Linear(4, 1)
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        for _ in range(2):
            _backward(model)
            optimiser.step()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 0.5)
        optimiser.step()

    assert watched(program).evidence.clip == ()


def test_scale_is_in_the_gradients_until_they_are_unscaled(watched: Any) -> None:
    scaler = torch.amp.GradScaler("cpu", init_scale=8.0)

    def body(model: nn.Linear, optimiser: torch.optim.Optimizer) -> None:
        scaler.scale(model(torch.ones(1, 4)).sum()).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), math.inf)
        scaler.unscale_(optimiser)
        torch.nn.utils.clip_grad_norm_(model.parameters(), math.inf)
        scaler.step(optimiser)
        scaler.update()

    before, after, *_ = _run(watched, body)
    assert (before.scale, before.active) == (pytest.approx(8.0), False)
    assert before.size == pytest.approx(16.0)
    assert (after.scale, after.size) == (None, pytest.approx(2.0))


def test_torch_is_left_as_it_was(watched: Any) -> None:
    _run(watched, lambda model, optimiser: _backward(model))
    assert torch.nn.utils.clip_grad_norm_ is clip_grad_norm_
    assert torch.nn.utils.clip_grad_value_ is clip_grad_value_
    assert not hasattr(torch.optim.Optimizer.zero_grad, "__wrapped__") or "trialrun" not in str(
        torch.optim.Optimizer.zero_grad.__globals__.get("__name__")
    )
