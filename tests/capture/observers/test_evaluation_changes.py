from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from trialrun.capture.observers import evaluation_changes


class Net(nn.Module):
    """Centres its input by a running mean of its own, which moves in eval mode too."""

    def __init__(self, persistent: bool = True, guarded: bool = False) -> None:
        super().__init__()
        self.linear = nn.Linear(4, 3)
        self.norm = nn.BatchNorm1d(3)
        self.guarded = guarded
        self.register_buffer("mean", torch.zeros(4), persistent=persistent)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.training or not self.guarded:
            self.mean.lerp_(x.detach().mean(0), 0.1)
        return self.norm(self.linear(x - self.mean))


Evaluate = Callable[[Any, nn.Module, torch.optim.Optimizer], None]


def changes(watched: Any, model: nn.Module, evaluate: Evaluate, epochs: int = 3) -> Any:
    def program(conductor: Any) -> None:
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        for _ in range(epochs):
            model.train()
            for _ in conductor.training(range(3)):
                optimiser.zero_grad()
                F.cross_entropy(model(torch.randn(8, 4)), torch.randint(0, 3, (8,))).backward()
                optimiser.step()
            model.eval()
            evaluate(conductor, model, optimiser)

    return watched(program).evidence.evaluation_change


def measure(conductor: Any, model: nn.Module, optimiser: torch.optim.Optimizer) -> None:
    with torch.no_grad():
        for _ in conductor.evaluation(range(2)):
            F.cross_entropy(model(torch.randn(8, 4)), torch.randint(0, 3, (8,)))


def step(conductor: Any, model: nn.Module, optimiser: torch.optim.Optimizer) -> None:
    for _ in conductor.evaluation(range(2)):
        optimiser.zero_grad()
        F.cross_entropy(model(torch.randn(8, 4)), torch.randint(0, 3, (8,))).backward()
        optimiser.step()


def test_a_buffer_that_moves_in_eval_mode(watched: Any) -> None:
    (change,) = changes(watched, Net(), measure)
    assert (change.buffers, change.parameters, change.entries, change.steps) == (("mean",), (), 2, 0)
    assert (change.root, change.where.function) == ("Net", "measure")


def test_steps_of_the_training_optimiser(watched: Any) -> None:
    (change,) = changes(watched, Net(guarded=True), step)
    assert set(change.parameters) == {"linear.weight", "linear.bias", "norm.weight", "norm.bias"}
    assert (change.buffers, change.entries, change.steps, change.other_evaluations) == ((), 2, 4, 0)
    assert change.step_where.function == "step"


def test_other_evaluations_are_counted(watched: Any) -> None:
    def both(conductor: Any, model: nn.Module, optimiser: torch.optim.Optimizer) -> None:
        step(conductor, model, optimiser)
        measure(conductor, model, optimiser)

    (change,) = changes(watched, Net(guarded=True), both)
    assert change.other_evaluations == 2


def adapted_by_another(conductor: Any, model: nn.Module, optimiser: torch.optim.Optimizer) -> None:
    step(conductor, model, torch.optim.Adam(model.parameters(), lr=0.01))


def put_back(conductor: Any, model: nn.Module, optimiser: torch.optim.Optimizer) -> None:
    before = copy.deepcopy(model.state_dict())
    step(conductor, model, optimiser)
    model.load_state_dict(before)


def swapped_in(conductor: Any, model: nn.Module, optimiser: torch.optim.Optimizer) -> None:
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(0.9)
        measure(conductor, model, optimiser)


def noise_taken_back(conductor: Any, model: nn.Module, optimiser: torch.optim.Optimizer) -> None:
    weight = next(model.parameters())
    kept = weight.detach().clone()
    with torch.no_grad():
        for _ in conductor.evaluation(range(2)):
            weight.add_(torch.randn_like(weight))
            model(torch.randn(8, 4))
            weight.copy_(kept)


@pytest.mark.parametrize("evaluate", [adapted_by_another, put_back, swapped_in, noise_taken_back, measure])
def test_right_evaluations_leave_nothing(watched: Any, evaluate: Evaluate) -> None:
    assert changes(watched, Net(guarded=True), evaluate) == ()


def test_a_cache_and_a_last_evaluation_are_none(watched: Any) -> None:
    assert changes(watched, Net(persistent=False), measure) == ()
    assert changes(watched, Net(guarded=True), step, epochs=1) == ()


def test_a_model_too_large_to_look_at_is_left_alone(watched: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation_changes, "MAX_BYTES", 300)  # two looks of about 130 bytes
    assert changes(watched, Net(guarded=True), step) == ()


@pytest.mark.parametrize(("own", "again"), [(False, 2), (True, 0)])
def test_batches_that_come_again_and_targets_of_its_own(watched: Any, own: bool, again: int) -> None:
    held_out = [(torch.randn(8, 4), torch.randint(0, 3, (8,))) for _ in range(2)]

    def learn(conductor: Any, model: nn.Module, optimiser: torch.optim.Optimizer) -> None:
        for index in conductor.evaluation(range(2)):
            inputs, labels = (torch.randn(8, 4), None) if own else held_out[index]
            scores = model(inputs)
            optimiser.zero_grad()
            F.cross_entropy(scores, scores.detach().argmax(1) if labels is None else labels).backward()
            optimiser.step()

    (record,) = changes(watched, Net(guarded=True), learn, epochs=2)
    assert (record.own_targets, record.inputs_again) == (own, again)
