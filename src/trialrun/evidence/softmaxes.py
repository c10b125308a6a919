"""Softmaxes that training went through: over which axis, and what became of their output."""

from __future__ import annotations

from dataclasses import dataclass

from trialrun.evidence.place import Where


@dataclass(frozen=True)
class SoftmaxUse:
    """One softmax of the user's source, as one loss (or none) uses it; a later record of the pair replaces it."""

    where: Where | None
    function: str  # "softmax" | "log_softmax"
    shape: tuple[int, ...]  # of its last input
    axis: int  # the axis it reduces, counted from 0
    uses: int  # backwards that used its output
    single_uses: int  # of these, with one element along that axis
    loss: str = ""  # loss function whose input is its output, moved or logarithmised at most; "": none was seen
    loss_where: Where | None = None
    loss_shape: tuple[int, ...] = ()  # of that loss's last input
    target_shape: tuple[int, ...] = ()
    over_samples: int = 0  # uses whose loss input sums to 1 over axis 0, the samples, and not over the classes
    pairing: int = 0  # of these, with targets that number the samples themselves or are normalised over them too
    constant: int = 0  # uses whose loss input holds one probability a sample, all of them exactly 1
    batch_axis: int = 0  # uses in which the axis has as many elements as a loader's batch, and no other axis has
    biased: int = 0  # uses whose scores are those of a layer with a bias for each class, which the samples' sum cancels
    batch_sizes: tuple[int, ...] = ()  # the different sizes of the axis in these
