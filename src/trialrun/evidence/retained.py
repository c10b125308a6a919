"""Graphs of losses that outlive their step."""

from __future__ import annotations

from dataclasses import dataclass

from trialrun.evidence.place import Where


@dataclass(frozen=True)
class RetainedGraph:
    """Losses of one ``backward`` whose graphs were alive long after; a later record of a ``where`` replaces it."""

    where: Where | None  # the backward
    step: int  # the update after which they were counted, 0-based
    alive: int  # graphs alive of losses that are older than the update before
    backwards: int  # of that place, older than the update before, so far
    nodes: int  # autograd nodes of one such graph
