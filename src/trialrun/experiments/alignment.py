"""A prediction (N, 1) and a target (N,) met by hand or in a loss: each prediction meets its own target alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from trialrun.capture.names import PAIRING
from trialrun.capture.sources.functions import operation_name
from trialrun.experiments.intercepted import intercept

Pairing = Callable[[torch.Tensor, torch.Tensor], tuple[torch.Tensor, torch.Tensor]]
Choice = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]  # of predictions and targets: one number, or N


class Pairs:
    """What crosses in ``operations``, through ``pairing``, which keeps the shape of the result.

    ``seen`` counts the calls.
    """

    def __init__(self, operations: frozenset[str], pairing: Pairing) -> None:
        self.operations = operations & PAIRING
        self.pairing = pairing
        self.seen = 0

    def begin(self) -> Callable[[], None]:
        """Take effect; returns what ends it."""
        return intercept(self._answer)

    def _answer(self, function: Any, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
        names = [name for name in ("input", "target", "other") if name in options]
        given = (*args, *(options[name] for name in names))
        if not self._changes(function, given):
            return function(*args, **options)
        self.seen += 1
        given = (*self.pairing(given[0], given[1]), *given[2:])
        return function(*given[: len(args)], **{**options, **dict(zip(names, given[len(args) :], strict=True))})

    def _changes(self, function: Any, given: tuple[Any, ...]) -> bool:
        """Whether a call crosses what may have been meant to be compared item by item."""
        if len(given) < 2 or not all(isinstance(value, torch.Tensor) for value in given[:2]):
            return False
        told = operation_name(function)
        return told is not None and told[0] in self.operations and not told[1] and _crosses(given[0], given[1])


def aligned(left: torch.Tensor, right: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Each item meets its own alone, N times over.

    The table of N x N results stays one, and each of its columns holds the N results that were meant: means of it are
    those, sums are N times those as they were before, and nothing that comes after meets another shape.
    """
    size = max(left.shape)
    return left.reshape(size, 1).expand(size, size), right.reshape(size, 1).expand(size, size)


def shuffled(left: torch.Tensor, right: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The targets in another order, the same one each time: a mean over all pairs is blind to it."""
    order = torch.randperm(max(left.shape), generator=torch.Generator().manual_seed(0))

    def reordered(tensor: torch.Tensor) -> torch.Tensor:
        return tensor if tensor.grad_fn is not None else tensor[order.to(tensor.device)]

    return reordered(left), reordered(right)


def one_for_all(choose: Choice) -> Pairing:
    """Every prediction the number that ``choose`` names."""

    def alike(left: torch.Tensor, right: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        prediction, target = (left, right) if left.grad_fn is not None else (right, left)
        one = choose(prediction.detach().float(), target.float()).to(prediction.dtype)
        # The backward still reaches the weights, with 0 even where the loss has no finite slope at that number.
        same = torch.where(torch.zeros_like(prediction, dtype=torch.bool), prediction, one)
        return (same, right) if left.grad_fn is not None else (left, same)

    return alike


def _quantile(share: float) -> Choice:
    return lambda predictions, targets: predictions.quantile(share)


# Where a loss judges each prediction by itself, in the same way, the best of all predictions does for every sample; and
# where it is convex, their mean does.
ONES: tuple[Choice, ...] = (
    lambda predictions, targets: predictions.mean(),
    lambda predictions, targets: targets.mean(),
    lambda predictions, targets: targets.median(),
    *(_quantile(share) for share in (0.0, 0.25, 0.5, 0.75, 1.0)),
)


def _crosses(left: torch.Tensor, right: torch.Tensor) -> bool:
    """(N, 1) against (N,), of which training goes through one."""
    column, flat = sorted((left, right), key=lambda tensor: tensor.ndim, reverse=True)
    crossed = flat.ndim == 1 and flat.shape[0] > 1 and tuple(column.shape) == (flat.shape[0], 1)
    return crossed and (left.grad_fn is None) != (right.grad_fn is None)
