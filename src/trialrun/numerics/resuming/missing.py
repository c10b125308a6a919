"""Which pieces a resumed training lacks: the fewest that have to be put right for it to be the same bit for bit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from trialrun.numerics import piece as kinds
from trialrun.numerics.piece import Piece
from trialrun.numerics.resuming.trials import Trials
from trialrun.numerics.subject import UnsupportedError
from trialrun.numerics.training import Difference, Update, first_difference


@dataclass
class Missing:
    """``resumed``: what each update left; ``apart``: where that differs first, None where it is the same.

    ``named``: the pieces without which it is not the same. ``differing``: all that were not loaded as they stood.
    ``suffices``: whether it is the same with all these put right; if not, ``named`` is empty, and something is missing
    that is not among the attributes.
    """

    resumed: list[Update]
    apart: Difference | None
    named: list[Piece] = field(default_factory=list)
    differing: list[Piece] = field(default_factory=list)
    suffices: bool = True
    trials: int = 1


def find_missing(trials: Trials, spoilt: bool) -> Missing:
    """Resume, compare, and where it differs look for what is missing; ``spoilt``: with a piece lost on purpose."""
    resumed = trials.resumed(spoilt=spoilt)
    found = Missing(resumed, first_difference(trials.further, resumed))
    if found.apart is None:
        return found
    found.differing = trials.differing(spoilt)

    def suffice(restored: list[Piece]) -> bool:
        found.trials += 1
        try:
            return first_difference(trials.further, trials.resumed(restored, spoilt)) is None
        except UnsupportedError:  # pieces of two states together can be more than the user's step() bears
            return False

    enough = next(filter(suffice, _ways(found.differing)), None)
    found.suffices = enough is not None
    if enough is not None:
        found.named = fewest(enough, suffice)
    return found


def _ways(differing: list[Piece]) -> list[list[Piece]]:
    """What may suffice, the plainest first: without plain values and iterators, without iterators, and with them.

    A loader that has a position of its own and an iterator over it, both put right, would go on twice: one of them.
    """
    plain = [piece for piece in differing if piece.take is not None and piece.kind != kinds.VALUE]
    uniterated = [piece for piece in differing if piece.take is not None]
    unplaced = [piece for piece in differing if piece.take is None or piece.kind != kinds.POSITION]
    ways: list[list[Piece]] = []
    for way in (plain, uniterated, unplaced):
        if way and way not in ways:
            ways.append(way)
    return ways


# Who is asked first whether it can do without: the least likely to be missed.
_ORDER = (
    kinds.VALUE, kinds.GRADIENTS, "CUDA RNG", "Python RNG", "NumPy RNG", "torch RNG", kinds.AVERAGES, kinds.SCALER,
    kinds.SCHEDULER, kinds.POSITION, kinds.UNSAVED_BUFFERS, kinds.BUFFERS, kinds.OPTIMIZER, kinds.PARAMETERS,
)  # fmt: skip


def fewest(candidates: list[Piece], suffice: Callable[[list[Piece]], bool]) -> list[Piece]:
    """A part of ``candidates`` that suffices and none of which can be left out.

    All of them are known to suffice, none of them not to.
    All of one kind are left out together first, which saves trials, then one at a time.
    """
    needed = list(candidates)
    for kind in sorted({piece.kind for piece in candidates}, key=_ORDER.index):
        group = [piece for piece in needed if piece.kind == kind]
        rest = [piece for piece in needed if piece.kind != kind]
        if rest and suffice(rest):
            needed = rest
            continue
        for piece in group if len(group) > 1 else ():
            without = [other for other in needed if other is not piece]
            if suffice(without):
                needed = without
    return needed
