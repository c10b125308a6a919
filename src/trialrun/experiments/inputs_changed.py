"""Changes of what enters a model that keep every shape, so that whatever follows runs as it would."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import torch

from trialrun import _torch
from trialrun.experiments.changes import LossTargets, ModelInputs, Weights

SEED = 20_011  # of weights drawn anew: any will do, the same in each run


@dataclass
class Seen:
    """What of the inputs a change met."""

    altered: int = 0  # tensors that came out otherwise
    samples: int = 0  # of the largest tensor with a first axis
    alike: int = 0  # tensors of several samples, all of them equal and each holding several values
    told_apart: int = 0  # tensors of several samples that differ
    kept: int = 0  # tensors that had to stay as they are


def permuted(seen: Seen) -> ModelInputs:
    """Each sample takes the place of the next: targets then meet the inputs of others."""

    def roll(tensor: torch.Tensor) -> torch.Tensor:
        if _is_order(tensor) or tensor.ndim == 0 or len(tensor) < 2:
            return tensor
        seen.samples = max(seen.samples, len(tensor))
        if bool((tensor == tensor[:1]).all()):
            seen.alike += int(tensor[0].numel() > 1 and bool((tensor[0] != tensor[0].flatten()[0]).any()))
            return tensor
        seen.told_apart += 1
        return _noted(seen, tensor, tensor.roll(1, 0))

    return ModelInputs(roll)


def zeroed(seen: Seen) -> ModelInputs:
    """Zeros in place of numbers; in place of indices the largest one, which is valid wherever the others were."""

    def zero(tensor: torch.Tensor) -> torch.Tensor:
        if _is_order(tensor) or not tensor.numel() or tensor.dtype == torch.bool:
            seen.kept += tensor.numel() > 0
            return tensor
        exact = not (tensor.is_floating_point() or tensor.is_complex())
        return _noted(seen, tensor, torch.full_like(tensor, int(tensor.max())) if exact else torch.zeros_like(tensor))

    return ModelInputs(zero)


def told_apart() -> ModelInputs:
    """Samples that are all equal, each with noise of its own, as large as their values spread."""

    def add(tensor: torch.Tensor) -> torch.Tensor:
        if not tensor.is_floating_point() or tensor.ndim == 0 or len(tensor) < 2:
            return tensor
        generator = torch.Generator(tensor.device).manual_seed(SEED)
        noise = torch.randn(tensor.shape, generator=generator, device=tensor.device, dtype=torch.float32)
        return tensor + (noise * tensor.float().std()).to(tensor.dtype)

    return ModelInputs(add)


@dataclass
class Targets:
    """Whether any target of a known loss function differs from another of the same call."""

    differ: bool = False

    def watching(self) -> LossTargets:
        """A change that changes nothing."""

        def look(target: torch.Tensor) -> torch.Tensor:
            if target.numel() > 1 and target.ndim and bool((target != target[:1]).any()):
                self.differ = True
            return target

        return LossTargets(look)


def drawn_anew(optimisers: Iterable[torch.optim.Optimizer], once: bool = False) -> Weights:
    """All that ``optimisers`` hold from a normal distribution that keeps a signal's scale; ``once``: in one run only.

    Vectors (biases, scales) get a standard deviation of 0.3, others one over the root of what one output sums over.
    """
    held = list(optimisers)
    written = False

    def write() -> None:
        nonlocal written
        if written:
            return
        written = once
        for parameter in {id(p): p for o in held for group in o.param_groups for p in group["params"]}.values():
            if not parameter.is_floating_point() or parameter.layout is not torch.strided:
                continue
            generator = torch.Generator().manual_seed(SEED + parameter.numel())
            drawn = torch.randn(parameter.shape, generator=generator)
            scale = 0.3 if parameter.ndim < 2 else max(parameter[0].numel(), 1) ** -0.5
            parameter.data.copy_((drawn * scale).to(parameter))

    return Weights(write)


def _is_order(tensor: torch.Tensor) -> bool:
    """Lengths and offsets: what takes them refuses others, or another order."""
    if tensor.ndim != 1 or tensor.is_floating_point() or tensor.is_complex() or tensor.dtype == torch.bool:
        return False
    steps = tensor[1:] - tensor[:-1]
    return bool((steps >= 0).all()) or bool((steps <= 0).all())


def _noted(seen: Seen, before: torch.Tensor, after: torch.Tensor) -> torch.Tensor:
    with _torch.reading():
        if not torch.equal(before, after):
            seen.altered += 1
    return after
