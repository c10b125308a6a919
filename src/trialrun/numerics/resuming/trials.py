"""The runs of a resume: uninterrupted, and resumed with some of its pieces put where the uninterrupted one had them."""

from __future__ import annotations

import contextlib
import copy
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

import torch

from trialrun.numerics.piece import PARAMETERS, VALUE, Piece, same_state
from trialrun.numerics.pieces import pieces_of
from trialrun.numerics.plain_values import seed_all
from trialrun.numerics.subject import Subject, UnsupportedError, users_code
from trialrun.numerics.training import Update, evaluated, made_afresh, update


class Trials:
    """An uninterrupted run of ``stop + steps`` updates, saved after ``stop``, and runs that resume it.

    ``whole`` is what each of its updates left, the outputs in evaluation last; ``control`` the piece that the negative
    control leaves out. To be closed: the file that was saved is removed then.
    """

    def __init__(self, subject: Subject, seed: int, stop: int, steps: int) -> None:
        self._subject, self._seed, self._stop, self._steps = subject, seed, stop, steps
        self._folder = tempfile.TemporaryDirectory(prefix="trialrun-resume-")
        self._file = Path(self._folder.name) / "state.pt"
        try:
            self._run_whole()
        except BaseException:
            self._folder.cleanup()
            raise

    def __enter__(self) -> Trials:
        return self

    def __exit__(self, *raised: object) -> None:
        self._folder.cleanup()

    def _run_whole(self) -> None:
        training = made_afresh(self._subject, self._seed)
        for name in ("state_dict", "load_state_dict"):
            if not callable(getattr(training, name, None)):
                raise UnsupportedError(f"the training has no {name}(): a {type(training).__name__} cannot be resumed")
        first = {_key(piece): _taken(piece) for piece in pieces_of(training) if piece.kind == PARAMETERS}
        self.whole = [update(training) for _ in range(self._stop)]
        with users_code("saving what state_dict() gave"):
            torch.save(training.state_dict(), self._file)
        self.pieces = pieces_of(training)
        self._kept = {_key(piece): _taken(piece) for piece in self.pieces}
        trained = [p for p in self.pieces if p.kind == PARAMETERS and self._kept[_key(p)] is not None]
        moved = [p for p in trained if not same_state(first.get(_key(p)), self._kept[_key(p)])]
        if not trained:
            raise UnsupportedError("no parameter is among the training's attributes, in modules or tensors")
        if not moved:
            raise UnsupportedError(f"no parameter changes in {self._stop} updates: there is nothing to resume")
        self.control = moved[0]
        self.whole += self._further(training)

    @property
    def further(self) -> list[Update]:
        """The part of ``whole`` after the stop."""
        return self.whole[self._stop :]

    def uninterrupted(self) -> list[Update]:
        """The whole run once more."""
        training = made_afresh(self._subject, self._seed)
        return [update(training) for _ in range(self._stop)] + self._further(training)

    def _further(self, training: Any) -> list[Update]:
        found = [update(training) for _ in range(self._steps)]
        outputs = evaluated(training)
        return found if outputs is None else [*found, outputs]

    def resumed(self, restored: Collection[Piece] = (), spoilt: bool = False) -> list[Update]:
        """What further updates leave after the load, the pieces ``restored`` put where the uninterrupted run had them.

        ``spoilt``: what was loaded of the piece ``control`` is lost.
        """
        return self._further(self._loaded(restored, spoilt))

    def differing(self, spoilt: bool) -> list[Piece]:
        """The pieces that are not loaded as they were saved; iterators among them, which tell nothing."""
        training = self._loaded((), spoilt)
        now = {_key(piece): _taken(piece) for piece in pieces_of(training)}
        return [
            piece
            for piece in self.pieces
            if piece.take is None
            or (self._kept[_key(piece)] is not None and not same_state(self._kept[_key(piece)], now.get(_key(piece))))
        ]

    def _loaded(self, restored: Collection[Piece], spoilt: bool) -> Any:
        donors = self._donors() if any(piece.take is None for piece in restored) else {}
        training = made_afresh(self._subject, self._seed)
        control = _key(self.control)
        fresh = {_key(p): _taken(p) for p in pieces_of(training) if _key(p) == control} if spoilt else {}
        seed_all(self._seed + 1)
        with users_code("load_state_dict()"):
            training.load_state_dict(torch.load(self._file, weights_only=False))
        if not restored and not spoilt:
            return training
        there = {_key(piece): piece for piece in pieces_of(training)}
        if spoilt:
            there[control].put(fresh[control])
        for piece in restored:
            place = there.get(_key(piece)) or there.get((piece.path, VALUE))  # the latter: still None
            with contextlib.suppress(Exception):  # one that cannot be put there is not restored: the comparison tells
                if place is not None:
                    place.put(donors[_key(piece)] if piece.take is None else copy.deepcopy(self._kept[_key(piece)]))
        return training

    def _donors(self) -> dict[tuple[str, str], Any]:
        """Iterators of a run that stands at ``stop``, to be used up by one trial."""
        donor = made_afresh(self._subject, self._seed)
        for _ in range(self._stop):
            update(donor)
        return {_key(piece): piece.source for piece in pieces_of(donor) if piece.take is None}


def _key(piece: Piece) -> tuple[str, str]:
    return piece.path, piece.kind


def _taken(piece: Piece) -> Any:
    """Its state; None for an iterator, and for what refuses to be copied, which cannot be restored then."""
    if piece.take is None:
        return None
    try:
        return piece.take()
    except Exception:
        return None
