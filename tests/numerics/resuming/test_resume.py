"""A resumed training beside one that never stopped, and the names of what is missing."""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path
from typing import Any

import numpy
import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset

from trialrun import numerics
from trialrun.errors import UsageError
from trialrun.numerics import NumericsResult, Verdict
from trialrun.numerics.subject import Subject

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / "benchmarks"))

from resume_omissions import OMISSIONS, Everything  # noqa: E402


def named(result: NumericsResult) -> list[str]:
    return [piece["piece"] for piece in result.facts["missing"]]


@pytest.mark.parametrize("omitted", ["nothing", "optimizer", "schedule", "buffers", "torch RNG", "sampler"])
def test_what_is_left_out_is_named(omitted: str) -> None:
    result = numerics.resume(lambda: Everything(omitted), steps=4)
    assert named(result) == OMISSIONS[omitted]
    assert result.verdict is (Verdict.BUG if OMISSIONS[omitted] else Verdict.BITWISE)
    assert "caught and named" in result.control
    if OMISSIONS[omitted]:
        assert OMISSIONS[omitted][0] in result.reason
        assert "trialrun.save_state" in result.advice
        assert result.summary[0].startswith(("First difference: update 4", "First difference: update 5"))


def test_several_pieces_are_named_together() -> None:
    class Two(Everything):
        def state_dict(self) -> dict[str, Any]:
            return {name: item for name, item in super().state_dict().items() if name not in ("scaler", "Python RNG")}

    assert named(numerics.resume(lambda: Two("nothing"))) == ["gradient scaler (scaler)", "Python RNG"]


class Plain:
    """SGD with momentum over a shuffled loader of its own; saves model and optimizer, and what a subclass adds."""

    def __init__(self) -> None:
        self.model: Any = torch.nn.Linear(3, 1)
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.05, momentum=0.9)
        made = torch.Generator().manual_seed(3)
        self.data = TensorDataset(torch.randn(40, 3, generator=made), torch.randn(40, 1, generator=made))
        self.begin()

    def begin(self) -> None:
        self.batches: Any = None

    def next_batch(self) -> Any:
        if self.batches is None:
            generator = torch.Generator().manual_seed(7)
            self.batches = iter(DataLoader(self.data, batch_size=4, shuffle=True, generator=generator))
        return next(self.batches)

    def step(self) -> torch.Tensor:
        inputs, targets = self.next_batch()
        loss = (self.model(inputs) - targets).square().mean()
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.detach()

    def state_dict(self) -> dict[str, Any]:
        return {"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])


def test_an_iterator_that_begins_anew_is_the_sampler_position() -> None:
    result = numerics.resume(Plain)
    assert result.verdict is Verdict.BUG
    assert named(result) == ["sampler position (batches)"]
    assert "ResumableLoader" in result.advice


class MadeAtOnce(Plain):
    def begin(self) -> None:
        self.generator = torch.Generator().manual_seed(7)
        self.batches = iter(DataLoader(self.data, batch_size=4, shuffle=True, generator=self.generator))


class Endless(Plain):
    def begin(self) -> None:
        self.batches = self.endless()

    def endless(self) -> Any:
        while True:
            yield from DataLoader(self.data, batch_size=4)


class ByHand(Plain):
    def begin(self) -> None:
        self.order = torch.randperm(40, generator=torch.Generator().manual_seed(1))
        self.position = 0

    def next_batch(self) -> Any:
        at = self.order[self.position : self.position + 4]
        self.position += 4
        return self.data[at]


class Carried(Plain):
    """Carries a hidden state from update to update, and averages its weights."""

    def begin(self) -> None:
        super().begin()
        self.hidden: Any = None
        self.averaged = torch.optim.swa_utils.AveragedModel(self.model)

    def next_batch(self) -> Any:
        inputs, targets = self.data[:4]
        if self.hidden is not None:
            inputs = inputs + self.hidden[0]
        self.hidden = (inputs.mean(0),)
        self.averaged.update_parameters(self.model)
        return inputs, targets


class MidWindow(Plain):
    """Steps every second time, and is stopped between."""

    calls = 0

    def next_batch(self) -> Any:
        return self.data[:4]

    def step(self) -> torch.Tensor:
        inputs, targets = self.next_batch()
        loss = (self.model(inputs) - targets).square().mean()
        loss.backward()
        self.calls += 1
        if self.calls % 2 == 0:
            self.optimizer.step()
            self.optimizer.zero_grad()
        return loss.detach()

    def state_dict(self) -> dict[str, Any]:
        return {**super().state_dict(), "calls": self.calls}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        super().load_state_dict(state)
        self.calls = state["calls"]


def test_what_is_made_only_later_and_gradients_of_half_a_window() -> None:
    assert named(numerics.resume(Carried)) == ["value (hidden)", "averaged weights (averaged)"]
    assert named(numerics.resume(MidWindow)) == ["gradients (model)"]
    assert numerics.resume(MidWindow, stop=2).verdict is Verdict.BITWISE


def test_positions_of_other_kinds() -> None:
    assert named(numerics.resume(MadeAtOnce)) == ["sampler position (batches)"]
    assert named(numerics.resume(Endless)) == ["sampler position (batches)"]
    assert named(numerics.resume(ByHand)) == ["value (position)"]


class Whole(ByHand):
    def state_dict(self) -> dict[str, Any]:
        return {**super().state_dict(), "position": self.position}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        super().load_state_dict(state)
        self.position = state["position"]


def test_a_position_kept_by_hand_resumes() -> None:
    result = numerics.resume(Whole)
    assert result.verdict is Verdict.BITWISE
    assert "3 losses and 2 parameters and buffers" in result.reason
    assert [row["bitwise"] for row in result.rows] == [True] * 3


def test_state_that_no_attribute_holds() -> None:
    def make() -> Any:
        drawn = 0

        class Closed(Whole):
            def next_batch(self) -> Any:
                nonlocal drawn
                drawn += 1
                inputs, targets = super().next_batch()
                return inputs + drawn, targets

        return Closed()

    result = numerics.resume(make)
    assert result.verdict is Verdict.BUG
    assert "held by a closure or a global variable" in result.reason
    assert not result.facts["restoring_all_suffices"]


def test_a_training_that_does_not_repeat_itself_is_no_bug_of_resuming() -> None:
    class Restless(Whole):
        def step(self) -> torch.Tensor:
            with torch.no_grad():
                self.model.bias += int.from_bytes(os.urandom(4), "little") / 2**32
            return super().step()

    result = numerics.resume(Restless)
    assert result.verdict is Verdict.INCONCLUSIVE
    assert "does not repeat itself" in result.reason


def test_a_model_and_a_batch_are_trained_by_adamw() -> None:
    def make() -> Any:
        model = torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.Dropout(0.5), torch.nn.BatchNorm1d(4))
        return model, torch.randn(6, 4)

    result = numerics.resume(make, stop=2)
    assert result.verdict is Verdict.BITWISE
    assert "and the outputs in evaluation" in result.reason
    assert "optimizer left out" not in result.control


def test_what_cannot_be_measured_says_why() -> None:
    class Stuck(Whole):
        def step(self) -> torch.Tensor:
            return torch.zeros(())

    class Broken(Whole):
        def load_state_dict(self, state: dict[str, Any]) -> None:
            raise KeyError("epoch")

    class Unsaved:
        model = torch.nn.Linear(1, 1)

        def step(self) -> float:
            return 0.0

    stuck, broken, unsaved = numerics.resume(Stuck), numerics.resume(Broken), numerics.resume(Unsaved)
    assert {result.verdict for result in (stuck, broken, unsaved)} == {Verdict.UNSUPPORTED}
    assert "no parameter changes in 3 updates" in stuck.reason
    assert broken.reason == "load_state_dict() raised KeyError: 'epoch'"
    assert any("raise KeyError" in line for line in broken.summary)
    assert "has no state_dict()" in unsaved.reason
    assert "before the first one" in numerics.resume(Whole, stop=0).reason
    with pytest.raises(UsageError, match="<lambda> returned an object of type int"):
        numerics.resume(lambda: 3)


def test_a_training_that_cannot_be_made_again_is_told_so() -> None:
    from trialrun.numerics import Options, process

    training = Whole()
    result = process.make("resume", Subject(training.model, None, training=training), Options())
    assert result.verdict is Verdict.UNSUPPORTED
    assert "hand over the function making it" in result.reason


@pytest.mark.parametrize("make", [Whole, Plain])
def test_nothing_of_the_process_is_changed(make: Any) -> None:
    torch.manual_seed(11)
    states = torch.get_rng_state(), random.getstate(), numpy.random.get_state()[1].tolist()
    threads, graded = torch.get_num_threads(), torch.is_grad_enabled()
    with torch.no_grad():
        before = torch.is_grad_enabled()
        numerics.resume(lambda: _graded(make))
        assert torch.is_grad_enabled() == before
    numerics.resume(make)
    assert torch.equal(torch.get_rng_state(), states[0])
    assert random.getstate() == states[1]
    assert numpy.random.get_state()[1].tolist() == states[2]
    assert (torch.get_num_threads(), torch.is_grad_enabled()) == (threads, graded)


def _graded(make: Any) -> Any:
    torch.set_grad_enabled(True)
    return make()
