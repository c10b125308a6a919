"""A module's double in eval mode, run on inputs of our choice without a trace in the user's program."""

from __future__ import annotations

import copy
import random
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch

from trialrun.capture.readings import tensors_in
from trialrun.experiments.content import bytes_of
from trialrun.experiments.randomness import States, rewind

MOST_BYTES = 2**30  # of weights and buffers that are copied, counted in double precision


class TwinError(Exception):
    """The module cannot be copied, or its copy not run; the message says why."""


class Twin:
    """Runs copies of ``module`` in eval mode, each from the same random numbers, without gradients or autocast.

    Args:
        random: where the generators stand at the start of each run; they are put back after it.
        dtype: what weights, buffers and new tensors are made of; None: left as the program has them.
    """

    def __init__(self, module: torch.nn.Module, random: States, dtype: torch.dtype | None) -> None:
        held = [*module.parameters(), *module.buffers()]
        if 2 * sum(bytes_of(tensor) for tensor in held) > MOST_BYTES:
            raise TwinError(f"{type(module).__name__} takes more than {MOST_BYTES // 2**20} MiB in double precision")
        self._module = module
        self._random = random
        self._dtype = dtype
        self.drew = False  # the last run drew random numbers

    def run(
        self,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        watch: Callable[[torch.nn.Module], AbstractContextManager[object]] | None = None,
    ) -> list[torch.Tensor]:
        """The floating-point tensors in what a fresh copy returns; ``watch`` gives what is entered around the call."""
        name = type(self._module).__name__
        default = torch.get_default_dtype()
        try:
            fresh = self._copy()
        except Exception as fault:
            raise TwinError(f"{name} cannot be copied ({type(fault).__name__}: {_short(fault)})") from None
        try:
            if self._dtype is not None:
                torch.set_default_dtype(self._dtype)
            rewind(self._random)
            before = _draws()
            around = watch(fresh) if watch is not None else nullcontext()
            with torch.no_grad(), torch.autocast("cpu", enabled=False), torch.autocast("cuda", enabled=False), around:
                result = fresh(*self._cast(args), **self._cast(kwargs))
            self.drew = _draws() != before
        except Exception as fault:
            raise TwinError(f"A copy of {name} in eval mode raised {type(fault).__name__}: {_short(fault)}") from None
        finally:
            torch.set_default_dtype(default)
            rewind(self._random)
        return [tensor for tensor in tensors_in(result) if tensor.is_floating_point()]

    def _copy(self) -> torch.nn.Module:
        # Tensors out of a graph (hidden states that are carried on, weights derived from others) refuse to be copied.
        memo: dict[int, Any] = {
            id(tensor): tensor.detach().clone()
            for module in self._module.modules()
            for value in vars(module).values()
            for tensor in tensors_in(value)
            if tensor.grad_fn is not None
        }
        fresh = copy.deepcopy(self._module, memo).eval()
        return fresh if self._dtype is None else fresh.to(self._dtype)

    def _cast(self, value: Any) -> Any:
        if isinstance(value, torch.Tensor):
            held = value.clone()  # a forward may write into what it is given
            return held.to(self._dtype) if self._dtype is not None and held.is_floating_point() else held
        if type(value) is dict:
            return {key: self._cast(item) for key, item in value.items()}
        if type(value) in (list, tuple):
            return type(value)(self._cast(item) for item in value)
        return value


def _draws() -> tuple[Any, ...]:
    """Where the global generators stand."""
    numpy: Any = sys.modules.get("numpy")
    extra: tuple[Any, ...] = ()
    if numpy is not None:
        _, keys, place, *_ = numpy.random.get_state()
        extra = (keys.tobytes(), place)
    return (torch.get_rng_state().numpy().tobytes(), random.getstate(), extra)


def _short(fault: Exception) -> str:
    return str(fault).splitlines()[0][:120] if str(fault) else "no message"
