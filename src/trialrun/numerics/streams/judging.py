"""From the readings to what repeats, and its words; pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations

from trialrun.numerics.streams.watched import Reading


@dataclass
class Stream:
    """What was seen of one random stream. ``draws`` counts items and batches that drew from it.

    ``workers``: pairs of workers that drew from the same state in one epoch, ``epochs``: pairs of epochs in which a
    worker did (or any two in different epochs), each with the share of the draws of the smaller that are the same.
    """

    name: str
    draws: int = 0
    workers: dict[tuple[int, int], float] = field(default_factory=dict)
    epochs: dict[tuple[int, int], float] = field(default_factory=dict)

    @property
    def repeats(self) -> bool:
        """Whether the same numbers are drawn twice."""
        return bool(self.workers or self.epochs)

    def told(self) -> str:
        """The repeats in words."""
        parts = []
        if self.workers:
            (one, other), share = max(self.workers.items(), key=lambda pair: (pair[1], -pair[0][0], -pair[0][1]))
            parts.append(f"workers {one} and {other} draw the same numbers in an epoch ({share:.0%} of their draws)")
        if self.epochs:
            (one, other), share = max(self.epochs.items(), key=lambda pair: (pair[1], -pair[0][0], -pair[0][1]))
            parts.append(f"epochs {one + 1} and {other + 1} draw the same ({share:.0%})")
        return ", ".join(parts)


def streams_of(epochs: list[list[Reading]]) -> list[Stream]:
    """Every stream that was drawn from, in the order it was found.

    Two draws are of the same numbers where the stream stood in the same state before both.
    """
    states: dict[str, dict[tuple[int, int], list[str]]] = {}
    for epoch, readings in enumerate(epochs):
        for reading in readings:
            for name, before in reading.before.items():
                if before != reading.after.get(name):
                    states.setdefault(name, {}).setdefault((epoch, reading.worker), []).append(before)
    return [_stream(name, by) for name, by in states.items()]


def _stream(name: str, by: dict[tuple[int, int], list[str]]) -> Stream:
    found = Stream(name, draws=sum(map(len, by.values())))
    for ((epoch, worker), one), ((later, other_worker), other) in combinations(by.items(), 2):
        same = set(one) & set(other)
        if not same:
            continue
        share = len(same) / min(len(set(one)), len(set(other)))
        into, pair = (found.workers, (worker, other_worker)) if epoch == later else (found.epochs, (epoch, later))
        key = (min(pair), max(pair))
        into[key] = max(share, into.get(key, 0.0))
    return found


def same_items(one: list[Reading], other: list[Reading]) -> float | None:
    """The share of items that hold the same in both, of those read in both; None where none can be compared."""
    contents = {reading.index: reading.item for reading in one if reading.index >= 0}
    pairs = [(contents[r.index], r.item) for r in other if r.index >= 0 and r.index in contents]
    known = [mine == theirs for mine, theirs in pairs if mine and theirs]
    return sum(known) / len(known) if known else None
