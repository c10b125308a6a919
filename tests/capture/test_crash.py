from __future__ import annotations

from typing import Any

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
