from __future__ import annotations

import copy
import io
from typing import Any

import pytest
import torch
from torch import nn


def _step(model: nn.Module, optimiser: torch.optim.Optimizer) -> None:
    optimiser.zero_grad()
    model(torch.randn(4, 3)).pow(2).mean().backward()
    optimiser.step()


def _kept(watched: Any, keep: Any, use: Any = lambda model, best: model.load_state_dict(best)) -> Any:
    """Uses of what ``keep(model)`` kept after the second of four steps."""

    def program(conductor: Any) -> None:
        model = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        best = None
        for index in conductor.training(range(4)):
            _step(model, optimiser)
            if index == 1:
                conductor.is_guarded = True
                best = keep(model)
                conductor.is_guarded = False
        use(model, best)

    return watched(program).evidence.state_dict


@pytest.mark.parametrize(
    "keep",
    [
        lambda model: model.state_dict(),
        lambda model: model.state_dict().copy(),
        lambda model: dict(model.state_dict()),
        lambda model: {k: v.cpu() for k, v in model.state_dict().items()},
        lambda model: {k: v.detach() for k, v in model.state_dict().items()},
        lambda model: copy.copy(model.state_dict()),
    ],
)
def test_aliases_are_found(watched: Any, keep: Any) -> None:
    (use,) = _kept(watched, keep)
    assert use.how == "load_state_dict"
    assert (use.taken_step, use.used_step) == (2, 4)
    assert use.aliased_share == 1.0
    assert use.weights_changed
    assert use.in_loop
    assert use.guarded
    assert use.same_module
    assert use.taken is not None
    assert use.used is not None


@pytest.mark.parametrize(
    "keep",
    [
        lambda model: copy.deepcopy(model.state_dict()),
        lambda model: {k: v.clone() for k, v in model.state_dict().items()},
        lambda model: {k: v.cpu().clone() for k, v in model.state_dict().items()},
        lambda model: copy.deepcopy(model).state_dict(),
    ],
)
def test_copies_are_none(watched: Any, keep: Any) -> None:
    assert all(use.aliased_share == 0.0 or not use.weights_changed for use in _kept(watched, keep))


def test_saved_in_a_nested_object(watched: Any) -> None:
    def save(model: nn.Module, best: Any) -> None:
        torch.save({"epoch": 3, "state": {"model": best}}, io.BytesIO())

    (use,) = _kept(watched, lambda model: model.state_dict(), save)
    assert use.how == "torch.save"
    assert use.aliased_share == 1.0
    assert not use.same_module


@pytest.mark.parametrize(
    ("keep", "held_since"),
    [
        (lambda model: model.state_dict(), [1]),
        (lambda model: {k: v.cpu() for k, v in model.state_dict().items()}, [1]),
        (lambda model: copy.deepcopy(model.state_dict()), []),
    ],
)
def test_a_state_kept_until_it_was_taken_anew(watched: Any, keep: Any, held_since: list[int]) -> None:
    def program(conductor: Any) -> None:
        model = nn.Linear(3, 2)
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        best = None
        for _ in conductor.training(range(3)):
            _step(model, optimiser)
            best = keep(model)
            model.load_state_dict(best)  # still in the loop
        model.load_state_dict(best)

    uses = watched(program).evidence.state_dict
    assert [use.held_since for use in uses] == held_since
    assert all(use.taken_step == use.used_step == 3 for use in uses)


def test_states_of_two_models_in_turn_are_not_one_taken_anew(watched: Any) -> None:
    def program(conductor: Any) -> None:
        kept = []
        for _ in conductor.training(range(2)):
            model = nn.Linear(3, 2)
            _step(model, torch.optim.SGD(model.parameters(), lr=0.1))
            kept.append(model.state_dict())
        model.load_state_dict(kept[-1])

    assert watched(program).evidence.state_dict == ()


def test_used_at_once_is_none(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model, target = nn.Linear(3, 2), nn.Linear(3, 2)
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        for _ in conductor.training(range(3)):
            _step(model, optimiser)
            torch.save(model.state_dict(), io.BytesIO())
            target.load_state_dict(model.state_dict())

    assert watched(program).evidence.state_dict == ()


def test_weights_that_did_not_change_meanwhile(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model, other = nn.Linear(3, 2), nn.Linear(3, 2)
        optimiser = torch.optim.SGD(other.parameters(), lr=0.1)
        state = model.state_dict()
        for _ in conductor.training(range(2)):
            _step(other, optimiser)
        other.load_state_dict(state)

    (use,) = watched(program).evidence.state_dict
    assert not use.weights_changed
    assert not use.same_module


def test_loaded_weights_are_marked(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 1))
        state = nn.Sequential(nn.Linear(3, 2)).state_dict()
        model.load_state_dict(state, strict=False)
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        _step(model, optimiser)

    loaded = {record.name: record.loaded for record in watched(program).evidence.parameter}
    assert loaded == {"0.weight": True, "0.bias": True, "1.weight": False, "1.bias": False}


def test_weights_put_back_to_their_best_are_not_loaded_ones(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model = nn.Linear(3, 1)
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        best = copy.deepcopy(model.state_dict())
        _step(model, optimiser)
        model.load_state_dict(best)

    assert not any(record.loaded for record in watched(program).evidence.parameter)
