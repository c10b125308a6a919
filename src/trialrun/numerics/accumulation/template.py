"""``trialrun.accumulate``: gradient accumulation in which every sample, or token, counts as it would in one batch."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Literal

import torch
import torch.distributed

from trialrun.numerics import samples

Count = Callable[[Any], Any]


class MicroBatch:
    """One micro-batch of a window.

    ``batch``: what the loader gave; ``count``: what it counts for, in samples unless told otherwise; ``weight``: what
    its loss is multiplied by; ``index``: its place in the window, from 0.
    """

    def __init__(self, window: Window, index: int, batch: Any, count: float, weight: float, syncs: bool) -> None:
        self.batch, self.count, self.weight, self.index = batch, count, weight, index
        self._window = window
        self._syncs = syncs

    def backward(self, loss: torch.Tensor) -> None:
        """Add the gradient of ``loss`` (a scalar, as the loss function reduced it) times ``weight`` to ``.grad``.

        A micro-batch that counts for nothing adds nothing: a mean over no token is NaN.

        Raises:
            ValueError: ``loss`` is no scalar.
        """
        if loss.numel() != 1:
            raise ValueError(f"micro.backward() takes a scalar loss, this one has shape {tuple(loss.shape)}.")
        if self.count or not self._window.counted:
            self._window.add(self.weight * loss.detach())
        elif not self._syncs:
            return
        scaled = loss * self.weight
        scaler = self._window.scaler
        (scaled if scaler is None else scaler.scale(scaled)).backward()


class Window:
    """The micro-batches of one update; ``count`` is what all of them count for, on all ranks.

    ``loss``: what one batch of all of them has for its loss, a scalar tensor without graph: complete after the last
    backward. Under DDP it is this rank's share of it times the number of ranks; the mean over ranks is the loss.
    """

    def __init__(
        self, batches: list[Any], counts: list[float], total: float, ranks: int, counted: bool, model: Any, scaler: Any
    ) -> None:
        self.count = total
        self.counted = counted  # losses are means over what is counted
        self.scaler = scaler
        self.loss = torch.zeros(())
        self._batches, self._counts = batches, counts
        self._ranks = ranks
        self._model = model

    def __len__(self) -> int:
        return len(self._batches)

    def __iter__(self) -> Iterator[MicroBatch]:
        self.loss = torch.zeros(())
        no_sync = getattr(self._model, "no_sync", contextlib.nullcontext)
        last = len(self._batches) - 1
        for index, (batch, count) in enumerate(zip(self._batches, self._counts, strict=True)):
            share = (count / self.count if self.count else 0.0) if self.counted else 1.0
            # The forward has to be inside as well: it is there that DDP decides whether to synchronise.
            with no_sync() if index < last else contextlib.nullcontext():
                yield MicroBatch(self, index, batch, count, share * self._ranks, syncs=index == last)

    def add(self, loss: torch.Tensor) -> None:
        """Count the weighted loss of one micro-batch."""
        self.loss = self.loss.to(loss.device) + loss.reshape(())


def accumulate(
    loader: Iterable[Any],
    steps: int,
    *,
    model: Any = None,
    count: Count | None = None,
    reduction: Literal["mean", "sum"] = "mean",
    scaler: Any = None,
) -> Iterator[Window]:
    """Windows of ``steps`` micro-batches, whose gradients add up to that of one batch of all their samples.

    ::

        for window in trialrun.accumulate(loader, steps=4):
            for micro in window:
                inputs, targets = micro.batch
                micro.backward(criterion(model(inputs), targets))
            optimizer.step()
            optimizer.zero_grad()

    Each loss enters with its true share of the window, count / (count of all), and not with 1 / steps: that is wrong
    where the last batch is smaller, the last window shorter, or a mean is taken over tokens that are not padding. The
    shares are known before the first backward, so the ``steps`` batches of a window are drawn from ``loader`` first
    and held together (as it gave them: on the CPU, usually). Not for losses in which samples influence each other
    (BatchNorm in training, contrastive ones): no share makes micro-batches give their gradient.
    ``trialrun.numerics.accum`` tells which yours is.

    DistributedDataParallel: hand it over as ``model``. All backwards of a window but the last are made within
    ``model.no_sync()``. DDP takes the *mean* of the ranks' gradients, so ranks that hold unequal counts need a share of
    the global count, times the number of ranks: counts are summed over the ranks (one ``all_reduce`` of one number a
    window), and the gradient is that of one batch of all samples on all ranks. Every rank has to make the same number
    of windows; these may differ in length.

    Args:
        loader: an iterable of batches; each is one micro-batch.
        steps: micro-batches a window; the last window holds what is left.
        model: only asked for ``no_sync()`` and its process group: needed under DDP alone.
        count: what a batch counts for: a function of the batch that gives a number, such as
            ``lambda batch: (batch["labels"] != -100).sum()`` for a mean over the tokens that are not padding. None:
            its samples, along axis 0 of its tensors.
        reduction: of the loss: "mean" over what ``count`` counts, or "sum".
        scaler: a ``torch.amp.GradScaler``, which the losses are scaled by; ``scaler.step(optimizer)`` is yours.

    Raises:
        ValueError: ``steps`` is no positive number, ``reduction`` another word, or a count negative or not finite.
        TypeError: the samples of a batch cannot be counted.
    """
    if steps < 1:
        raise ValueError(f"steps={steps}: a window has at least one micro-batch.")
    if reduction not in ("mean", "sum"):
        raise ValueError(f"reduction={reduction!r}: the loss is a 'mean' or a 'sum'.")
    return _windows(iter(loader), steps, model, count or _samples, reduction == "mean", scaler)


def _windows(
    batches: Iterator[Any], steps: int, model: Any, count: Count, counted: bool, scaler: Any
) -> Iterator[Window]:
    while window := list(islice(batches, steps)):
        counts = [_checked(count(batch)) for batch in window] if counted else [0.0] * len(window)
        total, ranks = _over_ranks(sum(counts), model)
        yield Window(window, counts, total, ranks, counted, model, scaler)


def _samples(batch: Any) -> int:
    found = samples.count(batch)
    if found is None:
        raise TypeError(f"the samples of a {type(batch).__name__} without tensors cannot be counted: hand over count=.")
    return found


def _checked(count: Any) -> float:
    value = float(count)
    if not 0 <= value < float("inf"):
        raise ValueError(f"count() gave {value:g} for a batch: it has to be a number of samples or tokens.")
    return value


def _over_ranks(total: float, model: Any) -> tuple[float, int]:
    """The count of all ranks that ``model`` averages gradients over, and how many these are."""
    if not hasattr(model, "no_sync") or not (torch.distributed.is_available() and torch.distributed.is_initialized()):
        return total, 1
    group = getattr(model, "process_group", None)
    device = next(iter(model.parameters())).device
    summed = torch.tensor(total, dtype=torch.float32 if device.type == "mps" else torch.float64, device=device)
    torch.distributed.all_reduce(summed, group=group)
    return float(summed), torch.distributed.get_world_size(group)
