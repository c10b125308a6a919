from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from trialrun.capture.sources.functions import operation_name


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (torch.Tensor.sub, ("sub", False)),
        (torch.Tensor.__rsub__, ("sub", False)),
        (torch.Tensor.__isub__, ("sub", True)),
        (torch.Tensor.mul_, ("mul", True)),
        (torch.nn.functional.cross_entropy, ("cross_entropy", False)),
        (torch.Tensor.__setitem__, ("setitem", True)),
        (torch.Tensor.__float__, ("__float__", False)),
        (torch.Tensor.float, ("float", False)),
        (torch.Tensor.bool, ("bool", False)),
        (torch.Tensor.__bool__, None),
        (torch.Tensor.size, None),
        (torch.Tensor.data.__get__, ("data", False)),
        (torch.Tensor.data.__set__, ("data", True)),
        (torch.Tensor.shape.__get__, None),
        (torch.Tensor.grad_fn.__get__, None),
    ],
)
def test_names(function: Any, expected: Any) -> None:
    assert operation_name(function) == expected


def test_transforms_traces_and_scripts_still_work(watched: Any) -> None:
    model = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2), nn.Tanh()).eval()
    data = torch.randn(4, 3)

    def all_of_them(conductor: Any) -> list[torch.Tensor]:
        per_sample = torch.func.vmap(torch.func.grad(lambda x: model(x[None]).sum()))(data)
        jacobian = torch.func.jacrev(lambda x: model[0](x))(data[0])
        traced = torch.jit.trace(model, data)(data)
        scripted = torch.jit.script(model)(data)
        exported = torch.export.export(model, (data,)).module()(data)
        symbolic = torch.fx.symbolic_trace(model)(data)
        meta = nn.Linear(3, 2, device="meta")(torch.zeros(2, 3, device="meta"))
        return [per_sample, jacobian, traced, scripted, exported, symbolic, torch.zeros(meta.shape)]

    expected = all_of_them(None)
    for mine, theirs in zip(watched(all_of_them).result, expected, strict=True):
        assert torch.equal(mine, theirs)


def test_a_fake_mode_of_the_user(watched: Any) -> None:
    from torch._subclasses import FakeTensorMode

    def program(conductor: Any) -> tuple[int, ...]:
        with FakeTensorMode():
            model = nn.Linear(3, 2)
            optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
            loss = nn.functional.mse_loss(model(torch.zeros(4, 3)), torch.zeros(4, 2))
            loss.backward()
            optimiser.step()
            return tuple(loss.shape)

    assert watched(program).result == ()


def test_default_device_and_dtype_modes_of_the_user(watched: Any) -> None:
    def program(conductor: Any) -> list[Any]:
        with torch.device("meta"):
            made = torch.zeros(2)
        torch.set_default_device("cpu")
        torch.set_default_device(None)
        return [made.device.type, torch.zeros(1).device.type]

    assert watched(program).result == ["meta", "cpu"]
