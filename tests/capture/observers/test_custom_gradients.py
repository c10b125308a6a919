"""Functions at the top of the file: their source decides whether they are looked at."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pytest
import torch

from ..conftest import Conductor, Watched

SEEN: list[torch.Tensor] = []
FACTOR = 3.0


class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(x)
        return x * x * x

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> torch.Tensor:
        (x,) = ctx.saved_tensors
        return grad * 2 * x * x.abs()


class Recording(Cube):
    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        SEEN.append(x.detach())
        ctx.save_for_backward(x)
        return x * x * x


class Noisy(Cube):
    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(x)
        return x * x * x + torch.empty_like(x).log_normal_()


class Surrogate(Cube):
    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> torch.Tensor:
        (x,) = ctx.saved_tensors
        return grad * FACTOR * x


class TwoOutputs(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        ctx.save_for_backward(x)
        return x * x, x.exp()

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor, _: torch.Tensor) -> torch.Tensor:
        (x,) = ctx.saved_tensors
        return grad * 2 * x


def calls(cls: Any) -> Callable[[Conductor], Any]:
    def program(conductor: Conductor) -> Any:
        weight = torch.randn(4, 5, requires_grad=True)
        results = []
        for _ in conductor.training(range(3)):
            out = cls.apply(weight)
            (out[0] if isinstance(out, tuple) else out).sum().backward()
            results.append((weight.detach().clone(), weight.grad.clone() if weight.grad is not None else None))
            with torch.no_grad():
                weight -= 0.01 * torch.rand(4, 5)
        return results

    return program


def test_probes_hold_what_backward_returned_and_the_derivative(watched: Callable[..., Watched]) -> None:
    (record,) = watched(calls(Cube)).evidence.custom_gradient
    (given,) = record.inputs
    assert (record.cls, given.name, given.shape) == ("Cube", "x", (4, 5))
    assert len(given.probes) == 48
    for probe in given.probes:  # 2 x |x| of it is meant to be 3 x x
        assert abs(probe.analytic) == pytest.approx(abs(probe.numerical) * 2 / 3, rel=1e-5)


def test_an_output_whose_gradient_is_ignored_is_left_out(watched: Callable[..., Watched]) -> None:
    (record,) = watched(calls(TwoOutputs)).evidence.custom_gradient
    for probe in record.inputs[0].probes:
        assert probe.analytic == pytest.approx(probe.numerical, rel=1e-5)


@pytest.mark.parametrize("cls", [Recording, Noisy, Surrogate])
def test_what_would_be_noticed_or_is_meant_to_differ_is_not_repeated(cls: Any, watched: Callable[..., Watched]) -> None:
    SEEN.clear()
    assert watched(calls(cls)).evidence.custom_gradient == ()
    assert len(SEEN) == (3 if cls is Recording else 0)


def test_results_and_random_states_are_the_same_unwatched(watched: Callable[..., Watched]) -> None:
    torch.manual_seed(7)
    bare = calls(Cube)(Conductor()), torch.get_rng_state()
    torch.manual_seed(7)
    run = watched(calls(Cube))
    assert run.evidence.custom_gradient
    for (weight, gradient), (weight_bare, gradient_bare) in zip(run.result, bare[0], strict=True):
        assert torch.equal(weight, weight_bare)
        assert torch.equal(gradient, gradient_bare)
    assert torch.equal(torch.get_rng_state(), bare[1])


def test_apply_stays_what_it_was_so_that_it_can_be_pickled_and_compiled(watched: Callable[..., Watched]) -> None:
    before = vars(torch.autograd.Function)["apply"]

    def program(conductor: Conductor) -> Any:
        assert pickle.loads(pickle.dumps(Cube.apply)) == Cube.apply
        return vars(torch.autograd.Function)["apply"]

    assert watched(program).result is before
    assert "apply" not in vars(torch.autograd.function._SingleLevelFunction)
