"""What a loss function's own mean is multiplied by on its way into a gradient, read while the backward runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from trialrun import _torch
from trialrun.capture.arguments import by_name
from trialrun.capture.names import LOSSES
from trialrun.capture.readings import scalar

# Means over elements or class indices: what one sample weighs in them is known.
_MEANS = frozenset((
    "cross_entropy", "nll_loss", "binary_cross_entropy", "binary_cross_entropy_with_logits", "mse_loss", "l1_loss",
    "smooth_l1_loss", "huber_loss", "kl_div", "gaussian_nll_loss", "poisson_nll_loss", "soft_margin_loss",
))  # fmt: skip
_SAME = 1e-4  # relative: elements of a loss that are weighted alike


@dataclass
class LossWeight:
    """One call of a known loss function; ``received`` fills as backwards reach it."""

    function: str
    reduction: str
    samples: float  # targets that its mean is taken over
    value: float | None
    received: list[torch.Tensor] = field(default_factory=list)  # gradients with respect to what the call returned

    def take(self) -> tuple[float, float, float | None] | None:
        """What has been received since it was last asked: the weight of its mean, samples, and its share of the loss.

        None where nothing was received, or single elements are weighted differently.
        """
        if not self.received:
            return None
        received, self.received = self.received, []
        with _torch.reading():
            gradient = sum(part.double() for part in received)
            assert isinstance(gradient, torch.Tensor)
            if self.reduction != "none":
                factor = float(gradient)
                share = None if self.value is None else factor * self.value
                return (factor if self.reduction == "mean" else factor * self.samples), self.samples, share
            used = gradient[gradient != 0]
            if not used.numel() or float(used.max() - used.min()) > _SAME * float(used.abs().max()):
                return None
            return float(used.sum()), float(used.numel()), None


class LossWeights(TorchFunctionMode):
    """Notes the calls of known loss functions; ``unknown`` counts those whose samples cannot be told."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[LossWeight] = []
        self.unknown = 0
        self.on = True

    def begin(self) -> Callable[[], None]:
        """Take effect; returns what ends it."""
        self.__enter__()  # type: ignore[no-untyped-call]

        def end() -> None:
            self.on = False  # a graph that the program keeps still holds the hooks
            _torch.leave_function_mode(self)
            self.calls.clear()

        return end

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        result = func(*args, **kwargs)
        name = getattr(func, "__name__", "")
        if name in LOSSES and isinstance(result, torch.Tensor) and result.requires_grad:
            call = self._call(name, by_name(func, args, kwargs), result)
            if call is None:
                self.unknown += 1
            else:
                self.calls.append(call)
                result.register_hook(self._receiver(call))  # type: ignore[no-untyped-call]
        return result

    def _receiver(self, call: LossWeight) -> Callable[[torch.Tensor], None]:
        def receive(gradient: torch.Tensor) -> None:
            if self.on:
                call.received.append(gradient.detach())

        return receive

    def _call(self, name: str, options: dict[str, Any], result: torch.Tensor) -> LossWeight | None:
        given = list(options.values())
        first, second = LOSSES[name]
        prediction = given[first] if first < len(given) else None
        target = given[second] if second is not None and second < len(given) else None
        reduction = options.get("reduction")
        old = any(options.get(key) is not None for key in ("size_average", "reduce"))
        if name not in _MEANS or old or not isinstance(prediction, torch.Tensor):
            return None
        if not isinstance(target, torch.Tensor) or not isinstance(reduction, str):
            return None
        with _torch.reading():
            if reduction == "batchmean":
                return LossWeight(name, "mean", float(prediction.shape[0]), scalar(result))
            samples = _mass(name, options, prediction, target)
            return LossWeight(name, reduction, samples, scalar(result)) if samples > 0 else None


def _mass(name: str, options: dict[str, Any], prediction: torch.Tensor, target: torch.Tensor) -> float:
    """What the mean divides by: elements, or targets that are not ignored, each with the weight of its class."""
    if name not in ("cross_entropy", "nll_loss"):
        return float(max(prediction.numel(), target.numel()))
    if target.is_floating_point():
        return float(prediction.numel() // prediction.shape[1 if prediction.ndim > 1 else 0])
    counted = target[target != options.get("ignore_index", -100)]
    weight = options.get("weight")
    return float(counted.numel()) if weight is None else float(weight.double()[counted].sum())
