from __future__ import annotations

from typing import Any

import torch
from torch import nn


class Listed(nn.Module):
    """The classic: layers in a Python list."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(3, 4)
        self.layers = [nn.Linear(4, 4), nn.Sequential(nn.Linear(4, 4), nn.ReLU())]
        self.last = nn.Linear(4, 1)

    def forward(self, data: torch.Tensor) -> torch.Tensor:
        data = self.first(data)
        for layer in self.layers:
            data = layer(data)
        return self.last(data)


def _train(model: nn.Module, steps: int = 3) -> None:
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(steps):
        optimiser.zero_grad()
        model(torch.randn(5, 3)).mean().backward()
        optimiser.step()


def test_layers_in_a_list_are_found_and_named(watched: Any) -> None:
    strays = watched(lambda _: _train(Listed())).evidence.stray_module
    assert [(stray.name, stray.cls, stray.root) for stray in strays] == [
        ("layers[0]", "Linear", "Listed"),
        ("layers[1]", "Sequential", "Listed"),
    ]
    for stray in strays:
        assert stray.parameters == 20
        assert stray.steps == 3
        assert stray.has_gradient
        assert not stray.optimised
        assert not stray.loaded
        assert stray.training
        assert stray.where is not None
        assert stray.where.function == "forward"


class Tower:
    """No module, though it holds some."""

    def __init__(self) -> None:
        self.layers = [nn.Linear(4, 4), nn.Linear(4, 4)]


def test_layers_in_an_object_of_the_users_are_named(watched: Any) -> None:
    class Held(Listed):
        def __init__(self) -> None:
            super().__init__()
            del self.layers
            self.tower = Tower()

        def forward(self, data: torch.Tensor) -> torch.Tensor:
            data = self.first(data)
            for layer in self.tower.layers:
                data = layer(data)
            return self.last(data)

    strays = watched(lambda _: _train(Held())).evidence.stray_module
    assert [stray.name for stray in strays] == ["tower.layers[0]", "tower.layers[1]"]


def test_a_stray_that_some_optimiser_holds_says_so(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model = Listed()
        hidden = [p for layer in model.layers for p in layer.parameters()]
        optimiser = torch.optim.SGD([*model.parameters(), *hidden], lr=0.1)
        model(torch.randn(5, 3)).mean().backward()
        optimiser.step()

    assert all(stray.optimised for stray in watched(program).evidence.stray_module)


def test_a_frozen_teacher_has_no_trainable_elements(watched: Any) -> None:
    class Student(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.net = nn.Linear(3, 2)
            self.teacher = {"it": nn.Linear(3, 2).eval().requires_grad_(False)}

        def forward(self, data: torch.Tensor) -> torch.Tensor:
            return self.net(data) - self.teacher["it"](data)

    (stray,) = watched(lambda _: _train(Student())).evidence.stray_module
    assert stray.name == "teacher['it']"
    assert stray.parameters == 0
    assert not stray.has_gradient
    assert not stray.training


def test_a_module_made_anew_in_every_forward_is_not_persistent(watched: Any) -> None:
    class Fresh(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.net = nn.Linear(3, 2)

        def forward(self, data: torch.Tensor) -> torch.Tensor:
            return nn.Linear(2, 2)(self.net(data))

    assert all(stray.steps <= 1 for stray in watched(lambda _: _train(Fresh())).evidence.stray_module)


def test_weights_that_were_loaded_say_so(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model = Listed()
        model.layers[0].load_state_dict(nn.Linear(4, 4).state_dict())
        _train(model)

    loaded = {stray.name: stray.loaded for stray in watched(program).evidence.stray_module}
    assert loaded == {"layers[0]": True, "layers[1]": False}


def test_registered_wrapped_and_parameterless_modules_are_none(watched: Any) -> None:
    class Right(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layers = nn.ModuleList([nn.Linear(3, 3), nn.Linear(3, 3)])
            self.alias = [self.layers[0], nn.ReLU(), nn.CrossEntropyLoss()]
            self.normed = nn.utils.parametrizations.weight_norm(nn.Linear(3, 3))

        def forward(self, data: torch.Tensor) -> torch.Tensor:
            return self.normed(self.layers[1](self.alias[1](self.alias[0](data))))

    def program(conductor: Any) -> None:
        _train(Right())
        model = Right()
        _train(nn.DataParallel(model))
        torch.func.functional_call(model, dict(model.named_parameters()), (torch.randn(2, 3),)).mean().backward()

    assert watched(program).evidence.stray_module == ()


def test_a_model_passed_through_a_loss_module_is_none(watched: Any) -> None:
    class Objective(nn.Module):
        def forward(self, model: nn.Module, data: torch.Tensor) -> torch.Tensor:
            return model(data).pow(2).mean()

    def program(conductor: Any) -> None:
        model, objective = nn.Linear(3, 1), Objective()
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        objective(model, torch.randn(4, 3)).backward()
        optimiser.step()

    run = watched(program)
    assert run.evidence.stray_module == ()
    assert [row.root for row in run.evidence.layer] == ["Linear"]


def test_a_layer_built_in_the_first_forward_is_none(watched: Any) -> None:
    class Late(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.net = nn.Linear(3, 2)
            self.more: Any = None

        def forward(self, data: torch.Tensor) -> torch.Tensor:
            if self.more is None:
                self.more = nn.Linear(2, 2)
            return self.more(self.net(data))

    assert watched(lambda _: _train(Late())).evidence.stray_module == ()
