from __future__ import annotations

import functools
from typing import Any

import pytest
import torch

from tests.testing import models
from trialrun.errors import UsageError
from trialrun.testing import (
    assert_accumulation_equivalent,
    assert_batch_independent,
    assert_deterministic,
    assert_resumable,
)
from trialrun.testing.listeners import listeners


def test_batch_independence_passes_fails_and_can_be_declared() -> None:
    inputs, _ = models.batch(8)
    assert assert_batch_independent(models.perceptron(), inputs, limit=8).verdict.value in ("BITWISE", "ROUNDING")
    with pytest.raises(AssertionError, match=r"assert_batch_independent: COUPLED \(samples influence each other\)"):
        assert_batch_independent(models.normed(), inputs, limit=8)
    assert assert_batch_independent(models.normed(), inputs, limit=8, expect="COUPLED").ok
    with pytest.raises(UsageError, match="is none of COUPLED"):
        assert_batch_independent(models.normed(), inputs, expect=("BUG",))


def test_a_batch_of_one_shows_nothing() -> None:
    inputs, _ = models.batch(1)
    with pytest.raises(AssertionError, match=r'UNSUPPORTED.*\n.*\n  Nothing was shown.*allow=\("UNSUPPORTED",\)'):
        assert_batch_independent(models.perceptron(), inputs)
    assert assert_batch_independent(models.perceptron(), inputs, allow=("UNSUPPORTED",)).exit_status == 5


def test_what_is_no_model_is_told() -> None:
    with pytest.raises(UsageError, match=r"model='net' is a str: hand over a torch\.nn\.Module"):
        assert_batch_independent("net", models.batch())


def test_accumulation() -> None:
    def without_dividing(model: Any, micro_batches: list[Any], loss: Any) -> None:
        for micro_batch in micro_batches:
            loss(model, micro_batch).backward()

    check = functools.partial(assert_accumulation_equivalent, models.perceptron(), models.batch(), models.cross_entropy)
    assert check(micro_batches=4).ok
    with pytest.raises(AssertionError, match="assert_accumulation_equivalent: BUG") as caught:
        check(accumulate=without_dividing, micro_batches=4)
    assert "4" in str(caught.value).splitlines()[1]


def test_determinism_in_this_process() -> None:
    drawn = torch.Generator().manual_seed(0)

    class Noisy(models.Training):
        def step(self) -> torch.Tensor:
            with torch.no_grad():
                self.model[0].weight.add_(torch.randn(64, 8, generator=drawn))  # type: ignore[operator]
            return super().step()

    assert assert_deterministic(lambda: models.Training(), threads=(1,)).ok
    with pytest.raises(AssertionError, match="assert_deterministic: BUG"):
        assert_deterministic(lambda: Noisy(), threads=(1,))


def test_resumability_names_what_is_missing() -> None:
    assert assert_resumable(models.Training).verdict.value == "BITWISE"
    with pytest.raises(AssertionError, match=r"assert_resumable: BUG") as caught:
        assert_resumable(models.forgetful)
    assert "optimizer" in str(caught.value).splitlines()[1]


def test_listeners_hear_of_passes_and_failures() -> None:
    heard: list[tuple[str, str, bool]] = []
    listener = lambda assertion, verdict, passed, result: heard.append((assertion, verdict, passed))  # noqa: E731
    listeners.append(listener)
    try:
        assert_resumable(models.Training)
        with pytest.raises(AssertionError):
            assert_resumable(models.forgetful)
    finally:
        listeners.remove(listener)
    assert heard == [("assert_resumable", "BITWISE", True), ("assert_resumable", "BUG", False)]
