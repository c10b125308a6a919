"""Every source of random numbers in reach, and where each stands."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import torch

States: TypeAlias = list[tuple[Callable[[Any], object], Any]]


def is_generator(value: Any) -> bool:
    """Whether ``value`` is an object that draws random numbers of its own, from a state that can be put back."""
    if isinstance(value, (torch.Generator, random.Random)):
        return not isinstance(value, random.SystemRandom)
    numpy: Any = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, (numpy.random.Generator, numpy.random.RandomState))


def states(generators: Iterable[Any]) -> States:
    """Where torch's, NumPy's and Python's global generators and ``generators`` stand: pairs of setter and state."""
    found: States = [(torch.set_rng_state, torch.get_rng_state()), (random.setstate, random.getstate())]
    cuda: Any = torch.cuda
    if cuda.is_initialized():
        found.append((torch.cuda.set_rng_state_all, torch.cuda.get_rng_state_all()))
    mps = sys.modules.get("torch.mps")
    if mps is not None and torch.backends.mps.is_available():
        found.append((mps.set_rng_state, mps.get_rng_state()))
    numpy: Any = sys.modules.get("numpy")
    if numpy is not None:
        found.append((numpy.random.set_state, numpy.random.get_state()))
    found.extend(state_of(generator) for generator in generators)
    return found


def rewind(kept: States) -> None:
    """Put all generators of ``kept`` back to where they stood."""
    for put, state in kept:
        put(state)


def state_of(generator: Any) -> tuple[Callable[[Any], object], Any]:
    """Where one generator stands, as :func:`is_generator` knows them, and what puts it to such a state."""
    if isinstance(generator, torch.Generator):
        return generator.set_state, generator.get_state()
    if isinstance(generator, random.Random):
        return generator.setstate, generator.getstate()
    if not hasattr(generator, "bit_generator"):  # NumPy's RandomState
        return generator.set_state, generator.get_state()
    bits = generator.bit_generator  # bit generators of NumPy give a fresh dictionary of their state
    return lambda state: setattr(bits, "state", state), bits.state
