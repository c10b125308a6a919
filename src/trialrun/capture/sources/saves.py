"""Saves: what a program hands to ``torch.save``, to ``pickle`` and to NumPy's ``save`` and ``savez``."""

from __future__ import annotations

import functools
import io
import pickle
import sys
from collections.abc import Callable
from typing import Any, TypeAlias

import torch

from trialrun.capture.patches import Patches
from trialrun.capture.watch import Watch

ObjectAndFile: TypeAlias = tuple[object, object]


class SaveSource:
    """Calls ``told`` with each object that is saved, and whether that is to memory instead of a file.

    A save that another one makes is not told by itself: ``torch.save`` pickles too. What a ``Pickler`` of the program's
    own writes is not seen, nor what other libraries do.
    """

    def __init__(self, watch: Watch, kinds: tuple[str, ...], told: Callable[[object, bool], None]) -> None:
        self._watch = watch
        self._kinds = kinds
        self._told = told
        self._patches = Patches()
        self._depth = 0

    def attach(self) -> None:
        self._patches.replace(torch, "save", lambda original: self._wrap(original, _second_is_file))
        self._patches.replace(pickle, "dump", lambda original: self._wrap(original, _second_is_file))
        self._patches.replace(pickle, "dumps", lambda original: self._wrap(original, _no_file))
        numpy: Any = sys.modules.get("numpy")
        if numpy is not None:
            self._patches.replace(numpy, "save", lambda original: self._wrap(original, _first_is_file))
            for name in ("savez", "savez_compressed"):
                self._patches.replace(numpy, name, lambda original: self._wrap(original, _by_keyword))

    def detach(self) -> None:
        self._patches.undo()

    def _wrap(self, original: Callable[..., Any], read: Callable[..., ObjectAndFile]) -> Callable[..., Any]:
        @functools.wraps(original)
        def save(*args: Any, **kwargs: Any) -> Any:
            if self._depth or not self._watch.listening():
                return original(*args, **kwargs)
            self._watch.shielded(self._kinds, self._tell, read, args, kwargs)
            self._depth += 1
            try:
                return original(*args, **kwargs)
            finally:
                self._depth -= 1

        return save

    def _tell(self, read: Callable[..., ObjectAndFile], args: Any, kwargs: Any) -> None:
        obj, into = read(*args, **kwargs)
        self._told(obj, into is None or isinstance(into, io.BytesIO))


# Object and file, by the names and places that the functions give them.


def _second_is_file(obj: object, *args: Any, f: object = None, file: object = None, **rest: Any) -> ObjectAndFile:
    return obj, args[0] if args else f if f is not None else file


def _no_file(obj: object, *args: Any, **rest: Any) -> ObjectAndFile:
    return obj, None


def _first_is_file(file: object, arr: object, *args: Any, **rest: Any) -> ObjectAndFile:
    return arr, file


def _by_keyword(file: object, *args: Any, **arrays: Any) -> ObjectAndFile:
    return {**{f"arr_{number}": array for number, array in enumerate(args)}, **arrays}, file
