"""A schedule played forward on a copy: no object of the user's is stepped, no number of theirs is drawn."""

from __future__ import annotations

import contextlib
import functools
import random
import sys
import threading
import time
import types
import warnings
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import torch
from torch.optim import lr_scheduler

from trialrun.capture.readings import scalar

MAX_STEPS = 100_000  # calls that are played one by one
MAX_SECONDS = 1.0
STRIDED_POINTS = 20_000  # calls looked at where a schedule can be asked for any of its calls
TRIED = 200  # calls played both ways before a stride is believed

# These compute the rate of a call from its number alone: `step(number)` gives what as many single calls would.
_ANY_CALL = (
    lr_scheduler.LambdaLR,
    lr_scheduler.OneCycleLR,
    lr_scheduler.StepLR,
    lr_scheduler.MultiStepLR,
    lr_scheduler.ExponentialLR,
    lr_scheduler.PolynomialLR,
    lr_scheduler.LinearLR,
    lr_scheduler.ConstantLR,
    lr_scheduler.CosineAnnealingLR,
)


class StandIn(torch.optim.Optimizer):
    """An optimiser's groups with a dummy parameter each. The base's constructor would announce a new optimiser."""

    def __init__(self, optimiser: torch.optim.Optimizer) -> None:
        self.defaults = {key: _plain(value) for key, value in optimiser.defaults.items()}
        self.state = defaultdict(dict)
        self.param_groups = [
            {key: [torch.zeros(1)] if key == "params" else _plain(value) for key, value in group.items()}
            for group in optimiser.param_groups
        ]
        self._opt_called = True  # schedulers warn of a first call before the first update

    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """Nothing to update."""

    step._wrapped_by_lr_sched = True  # type: ignore[attr-defined]


def _plain(value: Any) -> Any:
    """Tensors of one element as numbers, so that nothing is written to the user's."""
    number = scalar(value) if isinstance(value, torch.Tensor) else None
    if isinstance(value, (list, tuple)) and type(value) in (list, tuple):
        return type(value)(_plain(part) for part in value)
    return value if number is None else number


def copy_of(scheduler: Any) -> Any:
    """A scheduler of the same class and state over a :class:`StandIn`, with those it is made of copied alike.

    Not ``deepcopy``: a scheduler may refer to a function whose object holds a model or a data set.
    """
    return _Copier().copy(scheduler)


class _Copier:
    def __init__(self) -> None:
        self._made: dict[int, Any] = {}

    def copy(self, value: Any) -> Any:
        known = self._made.get(id(value))
        return known if known is not None else self._new(value)

    def _new(self, value: Any) -> Any:
        if isinstance(value, torch.optim.Optimizer):
            made: Any = StandIn(value)
        elif isinstance(value, torch.Tensor):
            return _plain(value)
        elif isinstance(value, lr_scheduler.LRScheduler):
            made = object.__new__(type(value))
            self._made[id(value)] = made
            vars(made).update({name: self.copy(part) for name, part in vars(value).items()})
        elif type(value) in (list, tuple, set):
            made = type(value)(self.copy(part) for part in value)
        elif isinstance(value, dict):
            made = value.copy()
            for key, part in value.items():  # not `update`: a counter would add
                made[key] = self.copy(part)
        elif isinstance(value, types.MethodType):
            made = types.MethodType(value.__func__, self.copy(value.__self__))
        elif isinstance(value, functools.partial):
            made = functools.partial(
                self.copy(value.func),
                *map(self.copy, value.args),
                **{k: self.copy(v) for k, v in value.keywords.items()},
            )
        elif callable(value) and hasattr(value, "__dict__") and _is_plain_instance(value):
            made = object.__new__(type(value))  # a function object that counts its own calls
            vars(made).update(vars(value))
        else:
            return value
        self._made[id(value)] = made
        return made


def _is_plain_instance(value: Any) -> bool:
    kinds = (type, types.FunctionType, types.BuiltinFunctionType, types.ModuleType, torch.nn.Module)
    cls: Any = type(value)
    return not isinstance(value, kinds) and cls.__new__ is object.__new__


@dataclass
class Play:
    """``rates[i]`` are the rates of all groups after ``calls[i]`` calls; the first entry is that of no call."""

    calls: list[int] = field(default_factory=list)
    rates: list[tuple[float, ...]] = field(default_factory=list)
    raised: str = ""  # what the call after the last one raised
    raised_at: int | None = None  # the number of that call
    complete: bool = True  # False: time or patience ended before the wanted number of calls

    def peak(self) -> tuple[float, ...]:
        return tuple(max(group) for group in zip(*self.rates, strict=True))


def play(start: Any, calls: int) -> Play:
    """Step a copy of ``start``, itself a copy from :func:`copy_of`, ``calls`` times.

    More than ``MAX_STEPS`` calls are played in strides where the schedule's class allows it, else cut there.
    """
    played = Play()
    copied = copy_of(start)
    with _undisturbed():
        _note(played, copied, 0)
        stride = -(-calls // STRIDED_POINTS) if calls > MAX_STEPS and _strides(start) else 1
        first = copied.last_epoch if stride > 1 else 0
        deadline = time.perf_counter() + MAX_SECONDS
        most = calls if stride > 1 else min(calls, MAX_STEPS)
        done = 0
        while done < most:
            done = min(done + stride, most)
            try:
                copied.step(first + done) if stride > 1 else copied.step()
            except Exception as error:  # a user's own function may raise anything
                played.raised, played.raised_at = f"{type(error).__name__}: {error}", done
                return played
            _note(played, copied, done)
            if time.perf_counter() > deadline:
                break
        played.complete = done >= calls
    return played


def _strides(start: Any) -> bool:
    """Whether the rate of a call can be had without those before it: tried on the first calls."""
    if type(start) not in _ANY_CALL:
        return False
    slow, fast = copy_of(start), copy_of(start)
    first = fast.last_epoch
    try:
        for _ in range(TRIED):
            slow.step()
        fast.step(first + TRIED)
    except Exception:
        return False
    return all(same(left, right) for left, right in zip(rates_of(slow), rates_of(fast), strict=True))


def same(left: float, right: float) -> bool:
    """Equal but for rounding: a recursion and a closed form differ in the last digits."""
    return abs(left - right) <= 1e-6 * max(abs(left), abs(right)) + 1e-15


def rates_of(scheduler: Any) -> tuple[float, ...]:
    """The rate of every group of the scheduler's optimiser."""
    return group_rates(scheduler.optimizer)


def group_rates(optimiser: torch.optim.Optimizer) -> tuple[float, ...]:
    return tuple(scalar(group["lr"]) or 0.0 for group in optimiser.param_groups if "lr" in group)


def _note(played: Play, copied: Any, calls: int) -> None:
    played.calls.append(calls)
    played.rates.append(rates_of(copied))


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """A user's own schedule may print, warn or draw: nothing of it shows, every generator is put back."""
    python, host = random.getstate(), torch.get_rng_state()
    numpy = sys.modules.get("numpy")
    drawn = numpy.random.get_state() if numpy is not None else None
    streams = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = _Muted(streams[0]), _Muted(streams[1])
    shown = warnings.showwarning
    warnings.showwarning = lambda *args, **kwargs: None
    try:
        yield
    finally:
        warnings.showwarning = shown
        sys.stdout, sys.stderr = streams
        if numpy is not None:
            numpy.random.set_state(drawn)
        torch.set_rng_state(host)
        random.setstate(python)


class _Muted:
    """A stream that drops what this thread writes; other threads of the program write on."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._thread = threading.get_ident()

    def write(self, text: str) -> int:
        return len(text) if threading.get_ident() == self._thread else self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
