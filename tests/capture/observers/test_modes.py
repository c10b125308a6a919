from __future__ import annotations

from typing import Any

import torch
from torch import nn


def _program(after_evaluation: Any, epochs: int = 3, before_epoch: Any = None) -> Any:
    def program(conductor: Any) -> None:
        model = nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.5), nn.Linear(8, 1))
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        for epoch in range(epochs):
            if before_epoch is not None:
                before_epoch(model, epoch)
            for _ in conductor.training(range(3)):
                loss = model(torch.randn(8, 4)).square().mean()
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
            model.eval()
            with torch.no_grad():
                for _ in conductor.evaluation(range(2)):
                    model(torch.randn(8, 4))
            after_evaluation(model)

    return program


def test_an_evaluation_that_never_goes_back(watched: Any) -> None:
    (record,) = watched(_program(lambda model: None)).evidence.eval_mode_training
    assert (record.train_steps, record.eval_steps, record.first_step) == (3, 6, 3)
    assert (record.modules, record.classes) == (("1",), ("Dropout",))
    assert record.eval_calls == 3
    assert not record.recovered
    assert record.where.function == "program"


def test_train_after_the_evaluation_or_before_the_epoch_is_right(watched: Any) -> None:
    assert watched(_program(lambda model: model.train())).evidence.eval_mode_training == ()
    each_epoch = _program(lambda model: None, before_epoch=lambda model, epoch: model.train())
    assert watched(each_epoch).evidence.eval_mode_training == ()


def test_eval_again_right_before_training_is_meant(watched: Any) -> None:
    def freeze(model: nn.Module, epoch: int) -> None:
        if epoch:
            model.eval()

    program = _program(lambda model: model.train(), before_epoch=freeze)
    assert watched(program).evidence.eval_mode_training == ()


def test_train_mode_that_came_back_once_is_noted(watched: Any) -> None:
    def early(model: nn.Module, epoch: int) -> None:
        if epoch < 2:
            model.train()

    (record,) = watched(_program(lambda model: None, before_epoch=early)).evidence.eval_mode_training
    assert record.recovered


def test_a_frozen_model_is_not_trained(watched: Any) -> None:
    def learn_inputs(conductor: Any) -> None:
        model = nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.5), nn.Linear(8, 1))
        code = torch.zeros(8, 4, requires_grad=True)
        optimiser = torch.optim.SGD([*model.parameters(), code], lr=0.1)
        for epoch in range(3):
            for _ in conductor.training(range(3)):
                loss = (model(code) - 1).square().mean()
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
            model.eval().requires_grad_(epoch < 0)
            with torch.no_grad():
                for _ in conductor.evaluation(range(2)):
                    model(code)

    assert watched(learn_inputs).evidence.eval_mode_training == ()
