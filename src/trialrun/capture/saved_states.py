"""Whether a saved object holds a certain state of training: judged by what is in it, keys only tell where to look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch
from torch.amp.grad_scaler import GradScaler
from torch.optim.swa_utils import AveragedModel

from trialrun.capture.saved import Saved, as_tensor, equal, start
from trialrun.capture.schedules import Schedule


def state_tensors(state: object) -> Iterable[torch.Tensor]:
    """The tensors of an optimiser's state, its counts of steps left out: moments, momentum, history."""
    if isinstance(state, Mapping):
        for key, value in state.items():
            if key != "step":
                yield from state_tensors(value)
    elif isinstance(state, (list, tuple)):
        for value in state:
            yield from state_tensors(value)
    elif (tensor := as_tensor(state)) is not None:
        yield tensor


def states(optimisers: list[torch.optim.Optimizer], saved: Saved) -> set[int]:
    """Ids of those whose state is in ``saved``: its own tensors, a copy of them, or one of another moment.

    A copy of another moment is told by its form alone, and counts for no optimiser if it is that of another one. A
    state in a form of the program's own (moments by name, in another number format) is looked for under keys that name
    an optimiser: as many tensors of the same shapes, other than the weights.
    """
    own = {id(optimiser): list(state_tensors(optimiser.state)) for optimiser in optimisers}
    found = {number for number in own if number in saved.objects}
    for state in saved.states:
        tensors = list(state_tensors(state))
        known = {number for number, mine in own.items() if mine and any(_same(mine[0], other) for other in tensors)}
        found |= known or {number for number, mine in own.items() if mine and _shapes(mine) == _shapes(tensors)}
    if missing := {number for number, mine in own.items() if mine} - found:
        weights = {start(p) for optimiser in optimisers for group in optimiser.param_groups for p in group["params"]}
        named = saved.under("opt")
        others = [tensor for tensor in named.every() if start(tensor) not in weights]
        found |= {
            n for n in missing if named.packed or _fits(own[n], others) or all(saved.holds(mine) for mine in own[n])
        }
    return found


def holds_average(saved: Saved, averaged: AveragedModel) -> bool:
    """By its own tensors or a copy, or under a key that names an average, tensors of the same shapes."""
    tensors = list(averaged.module.parameters())
    if not tensors or all(saved.holds(tensor) for tensor in tensors):
        return bool(tensors)
    named = saved.under("ema", "average", "swa")
    return any(key == "n_averaged" for key, _ in saved.entries) or named.packed or _fits(tensors, named.every())


def holds_scale(saved: Saved, scaler: GradScaler) -> bool:
    """By itself, by a scaler's state, or as a number under a key that names a scale."""
    if id(scaler) in saved.objects or saved.scaler:
        return True
    named = saved.under("scal", "amp")
    return named.packed or scaler.get_scale() in named.numbers


def holds_position(saved: Saved, schedule: Schedule) -> bool:
    """Whether something under a key that names a schedule is a number that the schedule has come to by its calls."""
    named = saved.under("sched", "last_epoch")
    scheduler, begun = schedule.scheduler(), schedule.begin()
    if scheduler is None or begun is None:
        return named.packed or bool(named.numbers)
    return named.packed or bool(_moved(vars(scheduler), vars(begun)) & named.numbers)


def _moved(now: dict[str, Any], then: dict[str, Any]) -> set[float]:
    return {v for k, v in now.items() if isinstance(v, (int, float)) and not isinstance(v, bool) and then.get(k) != v}


def _fits(mine: Sequence[torch.Tensor], others: Iterable[torch.Tensor]) -> bool:
    return len(mine) > 0 and Counter(_shapes(mine)) <= Counter(_shapes(others))


def _same(one: torch.Tensor, other: torch.Tensor) -> bool:
    return start(one) == start(other) or (one.shape == other.shape and one.dtype == other.dtype and equal(one, other))


def _shapes(tensors: Iterable[torch.Tensor]) -> list[tuple[int, ...]]:
    return sorted(tuple(tensor.shape) for tensor in tensors)
