"""Gradients of one copy of the subject in one dtype, each as one float64 vector over all its parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import torch

from trialrun.numerics import samples
from trialrun.numerics.accumulation.quiet import Quiet
from trialrun.numerics.dropout import switch_off
from trialrun.numerics.subject import Loss, Subject, UnsupportedError, call, users_code

Way: TypeAlias = Callable[[Any, list[Any], Loss], Any]  # (model, micro-batches, loss): leaves the gradient in .grad


class Copy:
    """The subject's model in ``dtype`` on ``device``, dropout switched off; ``frozen``: BatchNorm does not couple.

    Raises UnsupportedError where the model has no parameters to train, or not in this dtype.
    """

    def __init__(self, subject: Subject, dtype: torch.dtype, device: str, frozen: bool = False) -> None:
        own = subject.copy()
        if own.module is None:
            raise UnsupportedError(f"{subject.name} is no torch.nn.Module: a function has no parameters")
        if any(parameter.is_complex() for parameter in own.module.parameters()):
            raise UnsupportedError(f"{subject.name} has complex parameters: they have no float64 path here")
        with users_code(f"moving the model to {device} in {str(dtype)[6:]}"):
            self.model = own.module.to(device=device, dtype=dtype)
        switch_off(self.model)
        self.parameters = [p for p in self.model.parameters() if p.requires_grad]
        if not self.parameters:
            raise UnsupportedError(f"{subject.name} has no parameter that requires a gradient")
        self._dtype, self._device, self._frozen = dtype, device, frozen
        self._loss = subject.loss or own_loss
        self.lower = ""  # the first operation of the last run that computed in fewer bits than `dtype`

    def batch(self, batch: Any) -> Any:
        """``batch`` with floating-point tensors of this dtype, on this device, in memory of its own."""
        return samples.moved(samples.cast(samples.copied(batch), self._dtype), self._device)

    def of(self, batch: Any) -> torch.Tensor:
        """The gradient of the loss on ``batch`` in one backward."""
        return self.by(_backward, [batch], "the loss")

    def by(self, way: Way, batches: list[Any], what: str) -> torch.Tensor:
        """What ``way`` leaves in ``.grad`` for ``batches``; ``what`` it is called in a message.

        Raises UnsupportedError where it raises anything, leaves no gradient or changes the parameters.
        """
        self.model.zero_grad(set_to_none=True)
        before = [parameter.detach().clone() for parameter in self.parameters]
        handed = [self.batch(batch) for batch in batches]
        quiet = Quiet(self._dtype, self._frozen)
        with users_code(what), torch.enable_grad(), quiet:
            way(self.model, handed, self._loss_of)
        self.lower = quiet.lower
        if any(not _same(old, now.detach()) for old, now in zip(before, self.parameters, strict=True)):
            raise UnsupportedError(f"{what} changed the parameters: it has to leave the gradient in .grad, unused")
        if all(parameter.grad is None for parameter in self.parameters):
            raise UnsupportedError(f"{what} left no gradient in .grad of the model it was handed")
        return torch.cat([_flat(parameter) for parameter in self.parameters])

    def value(self, batch: Any) -> torch.Tensor:
        """The model's output tensors on ``batch``, each (samples, ...), side by side; (samples, values).

        Raises UnsupportedError where the model cannot be called with the batch as a whole.
        """
        with torch.no_grad(), Quiet(self._dtype, self._frozen):
            found = samples.tensors(call(self.model, self.batch(batch)))
        rows = [t.double().flatten(1) for t in found if t.ndim > 1 and t.is_floating_point()]
        rows = [row for row in rows if len(row) == samples.count(batch)]
        if not rows:
            raise UnsupportedError("no output has the samples along axis 0")
        return torch.cat(rows, 1)

    def move(self, seed: int, share: float) -> None:
        """Move every parameter by ``share`` of its own mean magnitude, in a random direction."""
        generator = torch.Generator().manual_seed(seed)
        for parameter in self.parameters:
            noise = torch.randn(parameter.shape, generator=generator, dtype=torch.float64).to(parameter)
            parameter.data += share * (parameter.data.abs().mean() + share) * noise

    def _loss_of(self, model: Any, batch: Any) -> torch.Tensor:
        loss = self._loss(model, batch)
        if not isinstance(loss, torch.Tensor):
            raise UnsupportedError(f"the loss is a {type(loss).__name__}, no tensor")
        if loss.numel() != 1:
            raise UnsupportedError(f"the loss has shape {tuple(loss.shape)}: it has to be one number")
        if not loss.requires_grad:
            raise UnsupportedError("the loss has no gradient: nothing it was computed from requires one")
        return loss


def _backward(model: Any, batches: list[Any], loss: Any) -> None:
    loss(model, batches[0]).backward()


def own_loss(model: Any, batch: Any) -> torch.Tensor:
    """What a model gives as its loss: its one number, or ``.loss`` or ``["loss"]`` of its output.

    Raises UnsupportedError where there is none.
    """
    output = call(model, batch)
    found = output.get("loss") if isinstance(output, dict) else getattr(output, "loss", output)
    if not isinstance(found, torch.Tensor) or found.numel() != 1:
        raise UnsupportedError(
            "there is no loss: hand over loss(model, batch), which gives one number; a factory returns it third"
        )
    return found


def _flat(parameter: torch.Tensor) -> torch.Tensor:
    gradient = parameter.grad
    if gradient is None:
        return torch.zeros(parameter.numel(), dtype=torch.float64, device=parameter.device)
    dense = gradient if gradient.layout is torch.strided else gradient.to_dense()
    return dense.detach().to(torch.float64).flatten()


def _same(one: torch.Tensor, other: torch.Tensor) -> bool:
    return torch.equal(one, other) or bool(((one == other) | (one.isnan() & other.isnan())).all())
