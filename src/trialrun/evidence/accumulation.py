"""What each micro-batch of one update window weighs in the gradient that the step consumes."""

from __future__ import annotations

from dataclasses import dataclass

from trialrun.evidence.place import Where

NAME = "accumulation"  # of the experiment
SAME = 1e-2  # relative: half-precision gradients are known no better
SCALED = 1.5  # an update that grows by less when the gradient does follows the gradient's direction alone


@dataclass(frozen=True)
class MicroBatch:
    """One backward of the window.

    The mean loss of its own samples enters the consumed gradient times ``weight``: 1 / k where k micro-batches of one
    size stand for one batch.
    """

    weight: float
    samples: float  # targets its mean is taken over (samples, tokens, elements), class weights applied
    all_weights: float  # of all known losses that led to its backward


@dataclass(frozen=True)
class AccumulationRecord:
    """The window run once as it is and, where nothing divides the sum, once with each gradient divided by k."""

    where: Where | None  # the line of the backwards
    function: str  # the loss function: "cross_entropy"
    reduction: str  # "mean" | "sum" | "none"
    micro_batches: tuple[MicroBatch, ...]
    known_only: bool  # what was backpropagated is made of known losses alone
    clipped: bool  # the consumed gradient is a fraction of the sum, as after clipping by norm
    difference: float | None = None  # |g - g_even| / |g_even|, float64; g_even: the same with equal weights a sample
    gradient_norm: float | None = None  # L2, as consumed
    divided_gradient_norm: float | None = None  # with each micro-batch's gradient divided by their number
    update_norm: float | None = None  # L2 of the step's change, over the elements looked at
    divided_update_norm: float | None = None
    learning_rate: float | None = None  # the largest that was held

    @property
    def backwards(self) -> int:
        """Micro-batches of the window."""
        return len(self.micro_batches)

    @property
    def factor(self) -> float:
        """What the mean loss of the whole window is multiplied by; 1 where it is averaged."""
        return sum(micro.weight for micro in self.micro_batches)

    @property
    def spread(self) -> float:
        """The heaviest micro-batch's weight of one sample over that of the lightest; 1 where all count alike."""
        each = [micro.weight / micro.samples for micro in self.micro_batches]
        return max(each) / min(each) if min(each) > 0 else float("inf")

    @property
    def undivided(self) -> bool:
        """Whether each micro-batch's own mean, or that of its several losses together, enters with weight 1."""
        own = all(abs(micro.weight - 1) <= SAME for micro in self.micro_batches)
        return own or all(abs(micro.all_weights - 1) <= SAME for micro in self.micro_batches)

    @property
    def growth(self) -> float | None:
        """How many times larger the update is than with the gradient divided by k; about 1 for Adam."""
        if self.update_norm is None or not self.divided_update_norm:
            return None
        return self.update_norm / self.divided_update_norm
