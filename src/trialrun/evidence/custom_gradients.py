"""Gradients of the user's own ``autograd.Function`` classes, beside numerical derivatives of their forward."""

from __future__ import annotations

from dataclasses import dataclass

from trialrun.evidence.place import Where


@dataclass(frozen=True)
class Probe:
    """One element of an input: its derivative of the outputs weighted by random cotangent ``cotangent``."""

    cotangent: int
    analytic: float  # what the backward returned
    numerical: float  # central difference of the forward, in float64


@dataclass(frozen=True)
class ProbedInput:
    """An input that requires gradient, at elements around which the forward is smooth."""

    name: str
    shape: tuple[int, ...]
    probes: tuple[Probe, ...]


@dataclass(frozen=True)
class CustomGradient:
    """One call of a Function class, on float64 copies of its inputs."""

    cls: str
    where: Where  # the line of ``def backward``
    inputs: tuple[ProbedInput, ...]
