"""Which tensors a ``DataLoader`` put together, so that their batch axis is proven."""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch.utils.data import default_collate

from trialrun import _torch
from trialrun.capture.cards import named_tensors
from trialrun.capture.patches import Patches
from trialrun.capture.watch import Watch

RECENT = 64  # tensors remembered, weakly


class LoaderSource:
    """Wraps the iterators' ``__next__``: torch's default collation stacks samples along axis 0."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._patches = Patches()
        self._collated: deque[Callable[[], torch.Tensor | None]] = deque(maxlen=RECENT)
        self._fetched: deque[Callable[[], torch.Tensor | None]] = deque(maxlen=RECENT)

    def attach(self) -> None:
        self._patches.replace(_torch.loader_iterator(), "__next__", self._wrap)

    def detach(self) -> None:
        self._patches.undo()
        self._collated.clear()
        self._fetched.clear()

    def batch_first(self, tensor: torch.Tensor) -> bool:
        """Whether axis 0 of ``tensor`` is proven to be the batch."""
        return any(reference() is tensor for reference in self._collated)

    def fetched(self, tensor: torch.Tensor) -> bool:
        """Whether a loader handed out ``tensor``, however it was put together."""
        return any(reference() is tensor for reference in self._fetched)

    def _wrap(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def following(iterator: Iterator[Any]) -> Any:
            item = original(iterator)
            if self._watch.listening():
                self._watch.shielded((), self._note, iterator, item)
            return item

        return following

    def _note(self, iterator: Any, item: Any) -> None:
        proven = _torch.loader_collate(iterator) is default_collate
        for _, tensor in named_tensors(item):
            if tensor.ndim:
                self._fetched.append(_torch.weak(tensor))
                if proven:
                    self._collated.append(_torch.weak(tensor))
