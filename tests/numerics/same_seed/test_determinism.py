"""The same seed twice, in fresh processes and in this one."""

from __future__ import annotations

import os
import random
from typing import Any

import numpy
import torch

from tests.numerics.same_seed import factories
from trialrun import numerics
from trialrun.numerics import Verdict


def test_a_steady_training_is_the_same_in_fresh_processes() -> None:
    result = numerics.determinism(factories.steady, threads=(1,), steps=2)
    assert result.verdict is Verdict.BITWISE, result
    assert result.target == "tests.numerics.same_seed.factories:steady"
    assert "the same 2 losses and 2 parameters and buffers over 2 updates" in result.reason
    assert result.control == "the last bit of model.weight flipped after update 1: caught"
    assert result.facts["fresh_processes"]
    assert result.facts["hash_seed_changes"] is False
    assert len(result.facts["runs"]) == 3
    assert {row["bitwise"] for row in result.rows} == {True}


def test_the_hash_seed_is_told_apart() -> None:
    result = numerics.determinism(factories.ordered_by_a_set, threads=(1,), steps=1)
    assert result.verdict is Verdict.BUG
    assert result.reason.startswith("PYTHONHASHSEED changes the training: ")
    assert "in update 1" in result.reason
    assert "Sort sets" in result.advice
    assert result.facts["repeats"] == {"1 thread, PYTHONHASHSEED=0": True}


def test_threads_are_rounding() -> None:
    result = numerics.determinism(lambda: factories.summed_by_threads(), threads=(1, 2), steps=1)
    assert result.verdict is Verdict.ROUNDING, result
    assert result.facts["threads_change"] == {"2": True}
    assert 0 < result.facts["loss_first_relative_difference"] < 1e-4
    assert "2 threads instead of 1" in result.reason
    assert any("In one process" in line for line in result.summary)


def test_a_generator_that_nobody_seeds_is_named() -> None:
    result = numerics.determinism(lambda: factories.OwnGenerator(), threads=(1,))
    assert result.verdict is Verdict.BUG
    assert "first difference in update 1, loss" in result.reason
    assert result.advice.startswith("Seed NumPy RNG (rng)")


def test_weights_that_differ_from_the_beginning() -> None:
    def make() -> Any:
        model = torch.nn.Linear(2, 2)
        with torch.no_grad():
            model.weight[0, 1] = int.from_bytes(os.urandom(3), "little")
        return model, torch.ones(2, 2)

    result = numerics.determinism(make, threads=(1,))
    assert result.verdict is Verdict.BUG
    assert "first difference before the first update, model.weight, 1 of 2 parameters" in result.reason
    assert "a generator made without a seed" in result.advice


def test_the_first_parameter_and_update_are_named() -> None:
    def make() -> Any:
        class Late(factories.OwnGenerator):
            updates = 0

            def step(self) -> float:
                self.updates += 1
                with torch.no_grad():
                    self.model.bias += float(self.rng.normal()) if self.updates == 2 else 1.0
                return 0.5

        return Late()

    result = numerics.determinism(make, threads=(1,), steps=4)
    assert "first difference in update 2, model.bias, 1 of 2 parameters and buffers differ" in result.reason


def test_what_fails_says_why() -> None:
    died = numerics.process.make(
        "determinism",
        numerics.Subject(torch.nn.Identity(), None, factory="tests.numerics.same_seed.factories:dies"),
        numerics.Options(threads=(1,)),
    )
    assert died.verdict is Verdict.UNSUPPORTED
    assert "ended with exit status 3" in died.reason
    assert "the disk is full" in died.summary
    raised = numerics.determinism(lambda: factories.raises(), threads=(1,))
    assert raised.verdict is Verdict.UNSUPPORTED
    assert raised.reason == "step() raised ValueError: no such batch"
    assert any("raise ValueError" in line for line in raised.summary)
    nothing = numerics.determinism(lambda: (torch.nn.Identity(), torch.ones(2)), threads=(1,))
    assert "has no parameter to train" in nothing.reason
    assert "before the first" in numerics.determinism(lambda: factories.steady(), steps=0).reason


def test_a_training_with_nothing_to_compare_is_unsupported() -> None:
    class Silent:
        def step(self) -> None:
            pass

    result = numerics.determinism(lambda: Silent(), threads=(1,))
    assert result.verdict is Verdict.UNSUPPORTED
    assert "no parameter is among" in result.reason


def test_losses_alone_are_compared_where_there_is_no_parameter() -> None:
    class Counting:
        updates = 0

        def step(self) -> int:
            self.updates += 1
            return self.updates

    result = numerics.determinism(lambda: Counting(), threads=(1,))
    assert result.verdict is Verdict.BITWISE
    assert "the same 3 losses over 3 updates" in result.reason
    assert result.control == "the last bit of loss flipped after update 1: caught"


def test_nothing_of_the_process_is_changed() -> None:
    states = torch.get_rng_state(), random.getstate(), numpy.random.get_state()[1].tolist()
    threads = torch.get_num_threads()
    numerics.determinism(lambda: factories.steady(), threads=(2, 1))
    numerics.determinism(lambda: factories.raises(), threads=(2,))
    assert torch.equal(torch.get_rng_state(), states[0])
    assert random.getstate() == states[1]
    assert numpy.random.get_state()[1].tolist() == states[2]
    assert torch.get_num_threads() == threads


def test_what_is_trained_for_want_of_a_training_is_said() -> None:
    def make() -> tuple[torch.nn.Module, torch.Tensor]:
        return torch.nn.Linear(3, 2), torch.ones(4, 3)

    said = "the mean of the squares of its outputs, for want of a loss"
    assert any(said in line for line in numerics.determinism(make, threads=(1,), steps=1).summary)
    assert any(said in line for line in numerics.resume(make, steps=2).summary)
    own = numerics.determinism(lambda: factories.OwnGenerator(), threads=(1,), steps=1)
    assert not any("Trained here" in line for line in own.summary)
