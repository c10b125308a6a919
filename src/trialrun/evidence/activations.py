"""Activations over the rehearsed steps: units that are off, inputs where the derivative is gone."""

from __future__ import annotations

from dataclasses import dataclass

from trialrun.evidence.place import Where


@dataclass(frozen=True)
class ActivationRecord:
    """One use of relu, sigmoid or tanh in a model; a later record of the same place replaces it."""

    function: str  # "relu" | "sigmoid" | "tanh"
    module: str  # dotted name of the module in whose call it ran
    root: str
    where: Where | None
    units: int  # channels of a convolution, features otherwise
    affine: bool  # its input comes straight from a linear layer, a convolution or a normalisation
    output: bool  # its output is the model's output
    samples: int  # values of one unit in the later half of the steps
    steps: int
    shares: tuple[float, ...]  # per step, 0..1. relu: units off for all values; else inputs with a derivative below 1 %
    off_share: float = 0.0  # relu: units off for all values of the later half of the steps, evaluation included
