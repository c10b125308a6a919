"""Losses that were backpropagated long ago and whose graphs are still held."""

from __future__ import annotations

import gc
import weakref
from dataclasses import dataclass
from typing import Any, ClassVar

from trialrun import _torch
from trialrun.capture.events import Backward, Observer, Update
from trialrun.capture.watch import Watch
from trialrun.evidence.place import Where
from trialrun.evidence.retained import RetainedGraph

LEAST_ALIVE = 3  # steps whose losses outlived the next update; a loss kept to compare it with the next one does not
MAX_FOLLOWED = 2048
MAX_NODES = 20_000


class _Token:
    """Lives in a graph's node, and dies with it."""

    __slots__ = ("__weakref__", "used_again")

    def __init__(self) -> None:
        self.used_again = False


@dataclass(slots=True)
class _Followed:
    where: Where | None
    step: int
    token: weakref.ref[_Token]


class RetainedGraphs(Observer):
    """Puts a token into the graph of each loss and counts, after each update, the tokens that should be gone.

    Nothing of the program's is held: a token belongs to its node. A graph that a later backward went through once more
    was kept for that. Graphs in reference cycles live until Python collects them, so that is done once before anything
    is said.
    """

    kinds: ClassVar[tuple[str, ...]] = ("retained",)

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._followed: list[_Followed] = []
        self._counts: dict[Where | None, int] = {}
        self._nodes: dict[Where | None, int] = {}
        self._records: dict[Where | None, RetainedGraph] = {}

    def backward_begins(self, event: Backward) -> None:
        if len(self._followed) >= MAX_FOLLOWED:
            return
        token = _Token()
        marks = [_torch.tag(loss.grad_fn) for loss in event.losses if loss.grad_fn is not None]
        for mark in (*marks, *event.marks):
            old = mark.get("kept")
            if old is not None:
                old.used_again = True
        for mark in (*marks, *(mark for mark in event.marks if "loss" in mark)):
            mark["kept"] = token
        if event.where not in self._nodes:
            self._nodes[event.where] = _count(event)
        self._followed.append(_Followed(event.where, self._watch.steps, weakref.ref(token)))

    def updated(self, update: Update) -> None:
        old = update.index - 1
        for followed in self._followed:
            if followed.step == old:
                self._counts[followed.where] = self._counts.get(followed.where, 0) + 1
        alive = self._alive(old)
        fresh = [where for where, steps in alive.items() if len(steps) >= LEAST_ALIVE and where not in self._records]
        if fresh:
            gc.collect()
            alive = self._alive(old)
        for where, steps in alive.items():
            known = self._records.get(where)
            if len(steps) >= LEAST_ALIVE and (known is None or len(steps) > known.alive):
                record = RetainedGraph(where, update.index, len(steps), self._counts.get(where, 0), self._nodes[where])
                self._records[where] = record
                self._watch.write(record)

    def _alive(self, old: int) -> dict[Where | None, set[int]]:
        """Steps up to ``old`` whose graphs are alive for no use that was seen, by the place of their backward."""
        found: dict[Where | None, set[int]] = {}
        kept = []
        for followed in self._followed:
            token = followed.token()
            if token is None or token.used_again:
                continue
            kept.append(followed)
            if followed.step <= old:
                found.setdefault(followed.where, set()).add(followed.step)
        self._followed = kept
        return found


def _count(event: Backward) -> int:
    """Autograd nodes behind the losses, at most ``MAX_NODES``."""
    pending: list[Any] = [loss.grad_fn for loss in event.losses if loss.grad_fn is not None]
    seen = set(pending)
    while pending and len(seen) < MAX_NODES:
        for following, _ in pending.pop().next_functions:
            if following is not None and following not in seen:
                seen.add(following)
                pending.append(following)
    return len(seen)
