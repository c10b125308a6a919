"""The planned peak of an optimiser's rates, asked for while the program runs."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch.optim import lr_scheduler

from trialrun.capture import playing
from trialrun.capture.schedules import book_of, planned_peak, resumed_halfway


def _sgd(*rates: float) -> torch.optim.Optimizer:
    groups = [{"params": [torch.zeros(1, requires_grad=True)], "lr": rate} for rate in rates]
    return torch.optim.SGD(groups, momentum=0.9)


def _sequence(optimiser: torch.optim.Optimizer) -> Any:
    warm = lr_scheduler.LinearLR(optimiser, 0.01, total_iters=50)
    return lr_scheduler.SequentialLR(optimiser, [warm, lr_scheduler.CosineAnnealingLR(optimiser, 950)], [50])


def _grown(optimiser: torch.optim.Optimizer) -> Any:
    return lr_scheduler.LambdaLR(optimiser, [lambda step: min(1.0, step / 100), lambda step: 0.0])


@pytest.mark.parametrize(
    ("build", "expected", "words"),
    [
        (lambda o: lr_scheduler.OneCycleLR(o, [0.5, 0.25], total_steps=40), (0.5, 0.25), "peak of OneCycleLR"),
        (lambda o: lr_scheduler.CosineAnnealingLR(o, 40), (0.1, 0.2), "peak of CosineAnnealingLR"),
        (_sequence, (0.1, 0.2), "peak of SequentialLR"),
        (_grown, (0.1, 0.0), "peak of LambdaLR"),
        (lr_scheduler.ReduceLROnPlateau, (0.1, 0.2), "peak of ReduceLROnPlateau"),
        (lambda o: lr_scheduler.CyclicLR(o, 0.01, 0.3), (0.3, 0.3), "peak of CyclicLR"),
        (
            lambda o: lr_scheduler.ChainedScheduler([lr_scheduler.ConstantLR(o, 0.5, 9), lr_scheduler.StepLR(o, 9)]),
            (0.05, 0.1),
            "peak of ChainedScheduler",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_peak_is_known_before_the_first_call(
    watched: Any, build: Callable[..., Any], expected: tuple[float, ...], words: str
) -> None:
    def program(conductor: Any) -> Any:
        optimiser = _sgd(0.1, 0.2)
        schedule = build(optimiser)
        before = {k: v for k, v in schedule.state_dict().items() if k != "_schedulers"}, repr(optimiser.param_groups)
        peak = planned_peak(optimiser)
        after = {k: v for k, v in schedule.state_dict().items() if k != "_schedulers"}, repr(optimiser.param_groups)
        assert before == after
        return peak

    rates, source = watched(program).result
    assert rates == pytest.approx(expected)
    assert source == words


def test_it_is_that_of_the_whole_run_also_after_some_calls(watched: Any) -> None:
    def program(conductor: Any) -> Any:
        optimiser = _sgd(0.1)
        schedule = lr_scheduler.ExponentialLR(optimiser, 0.5)
        peaks = []
        for _ in conductor.training(range(30)):
            optimiser.step()
            schedule.step()
            peaks.append(planned_peak(optimiser))
        return peaks

    assert set(watched(program).result) == {((0.1,), "peak of ExponentialLR")}


def test_a_rising_rate_ends_with_the_planned_run(watched: Any) -> None:
    def program(conductor: Any) -> Any:
        optimiser = _sgd(1e-3)
        schedule = lr_scheduler.ExponentialLR(optimiser, 2.0)
        peak = None
        for _ in conductor.training(range(10)):
            optimiser.step()
            schedule.step()
            peak = planned_peak(optimiser)
        return peak

    rates, _ = watched(program).result
    assert rates == pytest.approx((1e-3 * 2**10,))


def test_without_a_schedule_there_is_none(watched: Any) -> None:
    assert watched(lambda conductor: planned_peak(_sgd(0.1))).result is None


def test_a_schedule_that_cannot_be_played_gives_none(watched: Any) -> None:
    class Odd(lr_scheduler.LRScheduler):
        def get_lr(self) -> Any:
            return [float(group["params"][0].grad.sum()) for group in self.optimizer.param_groups]

        def _initial_step(self) -> None:
            self._step_count = 0

    def program(conductor: Any) -> Any:
        optimiser = _sgd(0.1)
        schedule = Odd(optimiser)
        peak = planned_peak(optimiser)
        return peak, schedule.last_epoch

    assert watched(program).result == (None, -1)


def test_a_users_own_schedule_leaves_no_trace(watched: Any, capsys: Any) -> None:
    class Counting:
        def __init__(self) -> None:
            self.calls = 0

        def __call__(self, step: int) -> float:
            self.calls += 1
            print("rate of", step)
            return 0.5 + 0.5 * random.random() * float(torch.rand(()))

    def program(conductor: Any) -> Any:
        optimiser, rate = _sgd(0.1), Counting()
        lr_scheduler.LambdaLR(optimiser, rate)
        schedule = lr_scheduler.LambdaLR(optimiser, rate)
        states, calls = (random.getstate(), torch.get_rng_state().tolist()), rate.calls
        capsys.readouterr()
        peak = planned_peak(optimiser)
        assert (random.getstate(), torch.get_rng_state().tolist()) == states
        assert rate.calls == calls
        assert capsys.readouterr().out == ""
        return peak, schedule

    (peak, source), _ = watched(program).result
    assert 0.05 < peak[0] <= 0.1
    assert source == "peak of LambdaLR"


@pytest.mark.parametrize("calls", [5, 130, playing.MAX_STEPS * 3])
def test_a_copy_is_played_as_the_schedule_itself(calls: int) -> None:
    optimiser = _sgd(0.1)
    schedule = lr_scheduler.CosineAnnealingLR(optimiser, calls)
    played = playing.play(playing.copy_of(schedule), calls)

    assert optimiser.param_groups[0]["lr"] == 0.1
    assert played.complete
    assert played.calls[-1] == calls
    assert played.rates[-1] == pytest.approx((0.0,), abs=1e-12)
    middle = played.calls.index(min(played.calls, key=lambda call: abs(call - calls / 2)))
    assert played.rates[middle][0] == pytest.approx(0.05, rel=0.4)


def test_what_it_raises_is_kept_with_the_number_of_the_call() -> None:
    schedule = lr_scheduler.OneCycleLR(_sgd(0.1), 0.1, total_steps=20)
    played = playing.play(playing.copy_of(schedule), 100)

    assert played.raised_at == 21
    assert "Tried to step 21 times" in played.raised


def test_more_calls_than_can_be_played_are_left_out() -> None:
    optimiser = _sgd(0.1)
    played = playing.play(playing.copy_of(_sequence(optimiser)), 100 * playing.MAX_STEPS)

    assert not played.complete
    assert played.calls[-1] <= playing.MAX_STEPS


@pytest.mark.parametrize(
    ("build", "each", "expected"),
    [
        (lambda o: lr_scheduler.CosineAnnealingLR(o, 40), False, ("call 20 of 40", [(0.05,)], [(0.1,)])),
        (
            lambda o: lr_scheduler.OneCycleLR(o, 1.0, total_steps=10),
            True,
            ("call 5 of 10", [(0.611,), (0.389,)], [(0.04,), (0.52,), (1.0,)]),
        ),
        # Halfway it stands where it began.
        (lambda o: lr_scheduler.MultiStepLR(o, [9, 10], 0.1), True, ("call 9 of 10", [(0.01,)], [(0.1,)])),
        (lambda o: lr_scheduler.ExponentialLR(o, 0.9), False, None),  # how long it will be is not known
        (lambda o: lr_scheduler.ReduceLROnPlateau(o), False, None),
    ],
    ids=["cosine", "each update", "late", "endless", "plateau"],
)
def test_a_resumption_is_compared_with_the_middle_of_the_run(
    watched: Any, build: Callable[..., Any], each: bool, expected: Any
) -> None:
    def program(conductor: Any) -> Any:
        optimiser = _sgd(0.1)
        schedule = build(optimiser)
        for _ in conductor.training(range(10)) if each else ():
            optimiser.step()
            schedule.step()
        book = book_of(optimiser)
        assert book is not None
        return resumed_halfway(book.schedules[0], book)

    result = watched(program).result
    if expected is None or result is None:
        assert result is expected
        return
    moment, later, anew = expected
    assert result[0] == moment
    assert result[1][: len(later)] == [pytest.approx(rates, abs=1e-3) for rates in later]
    assert result[2][: len(anew)] == [pytest.approx(rates, abs=1e-3) for rates in anew]
    assert len(result[1]) == len(result[2])
