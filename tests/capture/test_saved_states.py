"""A state is found by what is in the saved object, whatever its keys are; keys alone are not believed."""

from __future__ import annotations

import argparse
import copy
import pickle
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel

import trialrun
from trialrun.capture.rhythm import Rhythm
from trialrun.capture.saved import Saved
from trialrun.capture.saved_states import holds_average, holds_position, holds_scale, states
from trialrun.capture.schedules import Schedule


def _stepped(kind: Any = torch.optim.Adam, **options: Any) -> tuple[nn.Module, torch.optim.Optimizer]:
    model = nn.Linear(4, 3)
    optimiser = kind(model.parameters(), lr=0.1, **options)
    model(torch.randn(5, 4)).pow(2).mean().backward()
    optimiser.step()
    return model, optimiser


def _moments(optimiser: torch.optim.Optimizer, change: Any) -> dict[str, list[Any]]:
    held = list(optimiser.state.values())
    return {key: [change(one[key]) for one in held] for key in ("exp_avg", "exp_avg_sq")}


@pytest.mark.parametrize(
    "make",
    [
        lambda o: {"anything": o.state_dict()},
        lambda o: {"anything": copy.deepcopy(o.state_dict())},
        lambda o: {"anything": o},
        lambda o: {"anything": _moments(o, lambda moment: moment.clone())},
        lambda o: {"anything": _moments(o, lambda moment: moment.numpy().copy())},
        lambda o: {"optim": _moments(o, lambda moment: moment.half() + 1)},  # of another moment, in another format
        lambda o: {"optim": pickle.dumps(o.state_dict())},
    ],
)
def test_an_optimisers_state_is_found(make: Any) -> None:
    _, optimiser = _stepped()
    assert states([optimiser], Saved.of(make(optimiser))) == {id(optimiser)}


@pytest.mark.parametrize(
    "make",
    [
        lambda m, o: {"opt": argparse.Namespace(lr=0.1, name="adam", sizes=[4, 3])},
        lambda m, o: {"optimizer": o.param_groups},
        lambda m, o: {"optimizer": {"lr": 0.1, "class": "Adam"}},
        lambda m, o: {"optimised": m.state_dict()},
        lambda m, o: {"optim": {"exp_avg": [s["exp_avg"] for s in o.state.values()]}},  # half of it
        lambda m, o: {"optimizer": {"state": {}, "param_groups": o.param_groups}},
    ],
)
def test_a_key_alone_is_not_believed(make: Any) -> None:
    model, optimiser = _stepped()
    assert states([optimiser], Saved.of(make(model, optimiser))) == set()


def test_momentum_under_a_key_is_not_taken_from_the_weights_of_the_same_shapes() -> None:
    model, optimiser = _stepped(torch.optim.SGD, momentum=0.9)
    held = [state["momentum_buffer"] for state in optimiser.state.values()]
    assert states([optimiser], Saved.of({"optim": model.state_dict()})) == set()
    assert states([optimiser], Saved.of({"optim": [one.double() for one in held]})) == {id(optimiser)}


def test_a_scale_is_a_scalers_state_or_its_number() -> None:
    scaler = torch.amp.GradScaler("cpu", init_scale=512.0)
    assert holds_scale(Saved.of([scaler.state_dict()]), scaler)
    assert holds_scale(Saved.of({"loss_scale": 512.0}), scaler)
    for other in ({"samples": 256.0}, {"scaler": "GradScaler"}, {"scaler": None}, {"example": [1, 2]}):
        assert not holds_scale(Saved.of(other), scaler)


def test_an_average_is_its_weights() -> None:
    average = AveragedModel(nn.Linear(4, 3))
    halves = [parameter.half() for parameter in average.parameters()]
    assert holds_average(Saved.of([average.state_dict()]), average)
    assert holds_average(Saved.of({"ema": halves}), average)
    for other in ({"other": halves}, {"schema": ["x", "y"]}, {"ema": 0.99}, {"ema": halves[:1]}):
        assert not holds_average(Saved.of(other), average)


def test_a_position_is_a_number_that_the_calls_have_led_to() -> None:
    optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    scheduler = torch.optim.lr_scheduler.StepLR(optimiser, step_size=30, gamma=0.5)
    schedule = Schedule("StepLR", lambda: scheduler, Rhythm(()))
    schedule.start = schedule.begin()
    for _ in range(7):
        optimiser.step()
        scheduler.step()
    assert holds_position(Saved.of({"sched": {"t": 7}}), schedule)
    for other in ({"sched": {"step_size": 30, "gamma": 0.5}}, {"schedule": "StepLR"}, {"t": 7}):
        assert not holds_position(Saved.of(other), schedule)


def test_a_schedules_state_is_not_the_number_of_an_epoch_beside_the_weights() -> None:
    model, optimiser = _stepped()
    scheduler = torch.optim.lr_scheduler.StepLR(optimiser, 3)
    assert Saved.of({"last_epoch": 4, "model": model.state_dict()}).schedules == 0
    assert Saved.of({"model": model.state_dict(), "s": scheduler.state_dict()}).schedules == 1
    assert Saved.of({"s": {"last_epoch": 4, "factor": 0.5}}).schedules == 1


def test_of_our_own_file_the_pieces_are_told_by_their_names(tmp_path: Path) -> None:
    model, optimiser = _stepped()
    told: list[Saved] = []
    save = torch.save
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch, "save", lambda obj, file: (told.append(Saved.of(obj)), save(obj, file)))
        trialrun.save_state(tmp_path / "last.pt", model=model, optimizer=optimiser, epoch=3)
    (saved,) = told
    assert saved.keys == ("model", "optimizer", "epoch") and saved.counters == ("epoch",)
    assert states([optimiser], saved) == {id(optimiser)}
