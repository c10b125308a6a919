from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from tests.capture.conftest import Watched


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(4, 8), nn.ReLU())
        self.head = nn.Linear(9, 2)

    def forward(self, data: torch.Tensor) -> torch.Tensor:
        return self.head(self.body(data))


def _crash(program: Any) -> Any:
    run = Watched().run(program)
    assert run.error is not None
    assert run.faults == []
    return run.capture.call_context(run.error)


def test_a_shape_mismatch_names_module_and_shapes() -> None:
    context = _crash(lambda _: Net()(torch.zeros(5, 4)))
    assert context.operation == "linear"
    assert context.arguments[0] == "input: float32 (5, 8) cpu"
    assert context.arguments[1] == "weight: float32 (2, 9) cpu"
    assert context.module == "head"
    assert context.module_cls == "Linear"
    assert context.module_repr == "Linear(in_features=9, out_features=2, bias=True)"
    assert context.input_shapes == ((5, 8),)


def test_a_target_of_the_wrong_type() -> None:
    context = _crash(lambda _: F.cross_entropy(torch.zeros(3, 2), torch.zeros(3)[:2].float()))
    assert context.operation == "cross_entropy"
    assert context.arguments[:2] == ("input: float32 (3, 2) cpu", "target: float32 (2,) cpu")
    assert context.module is None


def test_a_backward_on_what_is_no_scalar() -> None:
    context = _crash(lambda _: nn.Linear(3, 2)(torch.zeros(4, 3)).backward())
    assert context.operation == "backward"
    assert context.arguments == ("tensor: float32 (4, 2) cpu",)


def test_a_fault_in_the_users_own_forward_names_the_module() -> None:
    class Broken(nn.Module):
        def forward(self, data: torch.Tensor) -> torch.Tensor:
            return data.nope  # type: ignore[attr-defined,no-any-return]

    context = _crash(lambda _: nn.Sequential(nn.Linear(2, 2), Broken())(torch.zeros(1, 2)))
    assert context.operation == "Broken.forward"
    assert context.module == "1"


def test_an_exception_raised_from_another_keeps_its_context() -> None:
    def program(conductor: Any) -> None:
        try:
            Net()(torch.zeros(5, 4))
        except RuntimeError as error:
            raise ValueError("in the user's words") from error

    assert _crash(program).module == "head"


def test_an_exception_of_elsewhere_has_none() -> None:
    def program(conductor: Any) -> None:
        with pytest.raises(RuntimeError):
            Net()(torch.zeros(5, 4))
        raise KeyError("x")

    assert _crash(program) is None


def test_a_backward_knows_the_line_that_changed_a_saved_tensor() -> None:
    def program(_: Any) -> None:
        data = torch.ones(3, requires_grad=True).exp()
        data += 1
        data.sum().backward()

    context = _crash(program)
    assert [(change.operation, change.shape, change.version) for change in context.changes] == [("add", (3,), 1)]


def test_a_second_backward_knows_the_line_of_the_first() -> None:
    def program(_: Any) -> None:
        weight = torch.ones(3, requires_grad=True)
        loss = (weight * weight).sum()
        loss.backward()
        loss.backward()

    context = _crash(program)
    assert context.operation == "backward"
    assert context.arguments == ("tensor: float32 () cpu",)


def test_integers_come_with_their_range_and_modules_with_what_they_hold() -> None:
    context = _crash(lambda _: nn.Embedding(3, 2)(torch.tensor([1, 5])))
    assert context.arguments[0] == "input: int64 (2,) cpu, values 1..5"
    assert context.inputs == ("int64 (2,) cpu",)
    assert context.parameters == ("float32 cpu",)


def test_an_array_of_objects_names_its_columns() -> None:
    array = np.array([[1.0, "red", None], [2.0, "blue", 3]], dtype=object)
    tables = [lambda _: torch.tensor(array), lambda _: torch.from_numpy(array), lambda _: torch.as_tensor(array)]
    for table in tables:
        assert _crash(table).columns == ("column 1 ('red')", "column 2 (None)")


def test_an_optimiser_without_parameters_knows_where_the_layers_are() -> None:
    class Listed(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layers = [nn.Linear(2, 2), nn.Linear(2, 1)]

    def program(_: Any) -> None:
        model = Listed()
        torch.optim.SGD(model.parameters(), lr=0.1)

    assert _crash(program).own_modules == ("model: Listed, no parameters, 2 modules in the list .layers",)


def test_a_generator_that_was_used_up_is_known_as_such() -> None:
    def program(_: Any) -> None:
        parameters = nn.Linear(2, 2).parameters()
        list(parameters)
        torch.optim.SGD(parameters, lr=0.1)

    assert _crash(program).arguments == ("params: generator, used up before",)
