from __future__ import annotations

from typing import Any

import torch
from torch import nn

INPUTS = torch.ones(2, 3)


def _parts() -> tuple[nn.Linear, torch.optim.Optimizer]:
    model = nn.Linear(3, 1)
    return model, torch.optim.SGD(model.parameters(), lr=0.1)


def test_cleared_and_used_backwards_are_told_apart(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model, optimiser = _parts()
        for _ in range(3):
            optimiser.zero_grad()
            model(INPUTS).sum().backward()
        optimiser.step()

    (window,) = watched(program).evidence.window
    assert (window.used, window.wiped, window.gradients_found) == (1, 2, True)
    assert window.wiped_backward == window.used_backward is not None
    assert window.wiped_where is not None
    assert window.wiped_norm > 0


def test_gradients_filled_with_zeros_by_hand_are_cleared(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model, optimiser = _parts()
        model(INPUTS).sum().backward()
        for parameter in model.parameters():
            parameter.grad.zero_()
        optimiser.step()

    (window,) = watched(program).evidence.window
    assert (window.used, window.wiped, window.gradients_found, window.wiped_where) == (0, 1, False, None)


def test_backwards_with_another_purpose_are_not_followed(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model, optimiser = _parts()
        noise = torch.zeros(2, 3, requires_grad=True)
        model(INPUTS + noise).sum().backward()  # for the input's sake
        optimiser.zero_grad()
        model(INPUTS).sum().backward()
        with torch.no_grad():
            for parameter in model.parameters():  # for a perturbation
                parameter.data.add_(0.1 * parameter.grad)
        optimiser.zero_grad()
        model(INPUTS).sum().backward()
        nn.utils.clip_grad_norm_(model.parameters(), float("inf"))  # for its norm
        optimiser.zero_grad()
        (model(INPUTS).sum() * float("nan")).backward()  # skipped
        optimiser.zero_grad()
        model(INPUTS).sum().backward()
        optimiser.step()

    (window,) = watched(program).evidence.window
    assert (window.used, window.wiped) == (1, 0)


def test_backward_that_waited_through_the_step_of_another_optimiser_is_not_wiped(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model, optimiser = _parts()
        other, rival = _parts()
        for turn in range(2):
            rival.zero_grad()
            other(INPUTS).sum().backward()
            rival.step()
            optimiser.zero_grad()
            model(INPUTS).sum().backward()
            if turn:
                optimiser.step()

    windows = watched(program).evidence.window
    assert [(window.optimiser, window.wiped) for window in windows] == [(1, 0), (1, 0), (0, 0)]
