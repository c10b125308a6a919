from __future__ import annotations

import random
import weakref
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch.optim import lr_scheduler

from trialrun.evidence.timing import ScheduleRecord

EPOCHS, BATCHES = 6, 5


def _program(build: Callable[[Any], Any], *, per_batch: bool = True, told: bool = False) -> Callable[[Any], Any]:
    def program(conductor: Any) -> Any:
        weight = torch.ones(2, requires_grad=True)
        optimiser = torch.optim.SGD([{"params": [weight], "lr": 0.1}], momentum=0.9)
        schedule = build(optimiser)
        rates = []
        for epoch in conductor.training(range(EPOCHS)):
            for _ in conductor.training(range(BATCHES)):
                optimiser.zero_grad()
                (weight * torch.rand(2)).sum().backward()
                optimiser.step()
                if per_batch:
                    schedule.step()
                    rates.append(optimiser.param_groups[0]["lr"])
            if not per_batch:
                schedule.step(epoch + 1) if told else schedule.step()
                rates.append(optimiser.param_groups[0]["lr"])
        return schedule.state_dict(), rates, weight.detach().clone(), random.random(), torch.rand(1)

    return program


def _sequence(optimiser: Any) -> Any:
    warm = lr_scheduler.LinearLR(optimiser, 0.1, total_iters=10)
    return lr_scheduler.SequentialLR(optimiser, [warm, lr_scheduler.ExponentialLR(optimiser, 0.9)], [10])


BUILDERS: dict[str, Callable[[Any], Any]] = {
    "cosine": lambda optimiser: lr_scheduler.CosineAnnealingLR(optimiser, EPOCHS * BATCHES),
    "one cycle": lambda optimiser: lr_scheduler.OneCycleLR(optimiser, 1.0, total_steps=EPOCHS * BATCHES),
    "milestones": lambda optimiser: lr_scheduler.MultiStepLR(optimiser, [10, 20]),
    "sequence": _sequence,
    "chain": lambda optimiser: lr_scheduler.ChainedScheduler([_sequence(optimiser)]),
    "lambda": lambda optimiser: lr_scheduler.LambdaLR(optimiser, lambda step: 1 / (1 + step)),
    "cyclic": lambda optimiser: lr_scheduler.CyclicLR(optimiser, 0.01, 0.1, step_size_up=7),
}


class _Plain:
    """Loops without anybody who looks at them."""

    @staticmethod
    def training(items: Any) -> Any:
        return items


def _seeded(program: Callable[[Any], Any], conductor: Any) -> Any:
    random.seed(5)
    torch.manual_seed(5)
    return program(conductor)


def _record(run: Any) -> ScheduleRecord:
    (record,) = run.evidence.schedule
    assert isinstance(record, ScheduleRecord)
    return record


@pytest.mark.parametrize("name", BUILDERS)
def test_the_curve_is_the_one_the_program_goes_through(watched: Any, name: str) -> None:
    program = _program(BUILDERS[name])
    bare = _seeded(program, _Plain)
    run = watched(lambda conductor: _seeded(program, conductor))
    state, rates, *_ = run.result
    record = _record(run)

    assert repr(bare) == repr(run.result), "nothing of the program's may change"
    assert record.unplayed == ""
    assert record.planned_steps == record.steps_seen == EPOCHS * BATCHES
    assert record.exact
    assert record.curve[1:] == pytest.approx(rates)
    assert record.peak == pytest.approx((max(*rates, record.curve[0]),))
    assert (record.planned_updates, record.planned_epochs) == (EPOCHS * BATCHES, EPOCHS)
    assert record.where is not None
    assert record.where.function == "program"
    assert record.in_loop == record.loops[0]
    assert "step" not in state


def test_stepped_once_per_epoch(watched: Any) -> None:
    record = _record(watched(_program(lambda o: lr_scheduler.CosineAnnealingLR(o, EPOCHS * BATCHES), per_batch=False)))

    assert (record.planned_steps, record.horizon) == (EPOCHS, EPOCHS * BATCHES)
    assert record.share_at_end == pytest.approx(0.905, abs=1e-3)


def test_the_length_of_a_users_own_schedule_is_measured(watched: Any) -> None:
    total = EPOCHS * BATCHES
    build = lambda optimiser: lr_scheduler.LambdaLR(optimiser, lambda step: max(0.0, 1 - step / total))  # noqa: E731
    assert _record(watched(_program(build, per_batch=False))).horizon == total
    assert _record(watched(_program(build))).horizon == total
    steps = lambda optimiser: lr_scheduler.LambdaLR(optimiser, lambda step: 0.1 ** (step // 10))  # noqa: E731
    assert _record(watched(_program(steps))).horizon is None


def test_what_it_would_raise_is_on_record(watched: Any) -> None:
    def program(conductor: Any) -> None:
        weight = torch.ones(1, requires_grad=True)
        optimiser = torch.optim.Adam([weight])
        schedule = lr_scheduler.OneCycleLR(optimiser, 1.0, total_steps=20)
        for index in conductor.training(range(30)):
            weight.sum().backward()
            optimiser.step()
            if index < 5:
                schedule.step()
            else:
                conductor.loops()[0].index = 5  # as if the loop had been cut here
                break

    record = _record(watched(program))
    assert (record.planned_steps, record.steps_seen, record.raised_at) == (30, 5, 21)
    assert "Tried to step 21 times" in record.raised


@pytest.mark.parametrize(
    ("build", "options", "words"),
    [
        (lambda o: lr_scheduler.StepLR(o, 2), {"per_batch": False, "told": True}, "told the epoch"),
        (lambda o: lr_scheduler.ReduceLROnPlateau(o), {"per_batch": False, "told": True}, "measures"),
    ],
    ids=["told the epoch", "waits for a metric"],
)
def test_what_cannot_be_foretold_says_so(watched: Any, build: Any, options: Any, words: str) -> None:
    record = _record(watched(_program(build, **options)))

    assert words in record.unplayed
    assert record.curve == ()
    assert record.peak == (0.1,)


def test_rates_set_by_hand_as_well_are_not_foretold(watched: Any) -> None:
    def program(conductor: Any) -> None:
        weight = torch.ones(1, requires_grad=True)
        optimiser = torch.optim.SGD([weight], lr=0.1)
        schedule = lr_scheduler.ExponentialLR(optimiser, 0.5)
        for _ in conductor.training(range(4)):
            weight.sum().backward()
            optimiser.step()
            schedule.step()
            optimiser.param_groups[0]["lr"] = 0.3

    assert "set elsewhere" in _record(watched(program)).unplayed


def test_a_class_of_the_users_is_put_back_and_nothing_is_kept_alive(watched: Any) -> None:
    class Halving(lr_scheduler.LRScheduler):
        def get_lr(self) -> Any:
            return [base * 0.5**self.last_epoch for base in self.base_lrs]

        def step(self, epoch: Any = None) -> None:
            super().step()

    step, dead = Halving.step, []

    def build(optimiser: Any) -> Any:
        schedule = Halving(optimiser)
        assert Halving.step is not step
        dead.extend([weakref.ref(schedule), weakref.ref(optimiser)])
        return schedule

    run = watched(_program(build))
    assert Halving.step is step
    assert [reference() for reference in dead] == [None, None]
    record = _record(run)
    assert (record.cls, record.steps_seen, record.unplayed) == ("Halving", EPOCHS * BATCHES, "")
    assert record.faded_at == 10


def test_an_exception_out_of_a_step_reaches_the_program(watched: Any) -> None:
    def program(conductor: Any) -> int:
        weight = torch.ones(1, requires_grad=True)
        optimiser = torch.optim.SGD([weight], lr=0.1)
        schedule = lr_scheduler.OneCycleLR(optimiser, 0.1, total_steps=3, cycle_momentum=False)
        with pytest.raises(ValueError, match="Tried to step 4 times"):
            for _ in conductor.training(range(6)):
                weight.sum().backward()
                optimiser.step()
                schedule.step()
        return schedule.last_epoch

    run = watched(program)
    assert run.result == 4
    assert _record(run).raised_at == 4
