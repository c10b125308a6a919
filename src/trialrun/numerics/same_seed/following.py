"""What one run of a training leaves behind for comparison."""

from __future__ import annotations

from typing import Any

import torch

from trialrun.numerics import pieces
from trialrun.numerics.same_seed.judging import Configuration, Run
from trialrun.numerics.training import Update, prints, tensors_of, update

MOST_KEPT_BYTES = 256 * 2**20  # of tensors kept after the updates, to tell how far two runs are apart


def followed(training: Any, steps: int, configuration: Configuration) -> Run:
    """The run of ``steps`` updates of ``training``: what it began with, and what each update left."""
    before = tensors_of(training)
    eps = max((torch.finfo(t.dtype).eps for t in before.values() if t.is_floating_point()), default=0.0)
    made = Run(configuration, [Update("", None, prints(before))], eps, _generators(training))
    size = sum(tensor.nbytes for tensor in before.values())
    for number in range(steps):
        made.updates.append(update(training))
        if number == 0:
            made.flipped, made.planted_in = _flipped(made.updates[-1], tensors_of(training))
        if size * steps <= MOST_KEPT_BYTES:
            made.kept.append(tensors_of(training))
    return made


def _generators(training: Any) -> dict[str, str]:
    """Where its own random generators stand, by title."""
    found = [piece for piece in pieces.pieces_of(training) if piece.kind.endswith("RNG") and piece.path]
    return {piece.title: _print(piece.take()) for piece in found if piece.take is not None}


def _print(state: Any) -> str:
    if isinstance(state, torch.Tensor):
        return str(next(iter(prints({"": state}).values())))
    if isinstance(state, dict):
        return str({key: _print(item) for key, item in state.items()})
    return str([_print(item) for item in state]) if isinstance(state, (list, tuple)) else repr(state)


def _flipped(update: Update, tensors: dict[str, torch.Tensor]) -> tuple[Update, str]:
    """What ``update`` would have left with one bit of one tensor, or of the loss, another one; and which."""
    for name, tensor in tensors.items():
        if tensor.numel() and tensor.is_floating_point():
            flat = tensor.clone(memory_format=torch.contiguous_format).view(-1)
            flat[:1].view(torch.uint8)[:1].bitwise_xor_(1)
            changed = prints({name: flat.view(tensor.shape)})
            return Update(update.loss, update.value, {**update.prints, **changed}), name
    return Update(update.loss + "0", update.value, update.prints), "loss"
