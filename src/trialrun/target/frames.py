"""Read and write the local variables of a running function of the user's.

A repeated loop body must find its counters, histories and prefetched batches as they stood. Python 3.13 lets a running
frame's variables be written (PEP 667); before, the C call that debuggers use is needed.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Iterator, Mapping
from types import FrameType
from typing import Any

WRITABLE = sys.version_info >= (3, 13)


class Names:
    """The variables of one frame; those of a module's frame are the module's."""

    def __init__(self, frame: FrameType) -> None:
        self._frame = frame
        # Before Python 3.13 a frame keeps the mapping it gave out, and with it all values of that moment, graphs and
        # all. It is emptied after use, unless the function has asked for the same mapping by `locals()`.
        self._ours = not (WRITABLE or self.is_module or {"locals", "vars"} & set(frame.f_code.co_names))

    @property
    def is_module(self) -> bool:
        return self._frame.f_locals is self._frame.f_globals

    def read(self) -> dict[str, Any]:
        """A copy of the variables that are bound now."""
        held = self._frame.f_locals
        values = dict(held)
        self._let_go(held)
        return values

    def _let_go(self, held: Any) -> None:
        if self._ours:
            held.clear()

    def write(self, values: Mapping[str, Any], unbind: bool = True) -> None:
        """Bind what ``values`` says; with ``unbind``, names it lacks are unbound where that is possible."""
        held: Any = self._frame.f_locals
        changed = {name: value for name, value in values.items() if name not in held or held[name] is not value}
        extra = [name for name in held if name not in values] if unbind else []
        if not changed and not extra:
            self._let_go(held)
            return
        if self.is_module:
            held.update(changed)
            for name in extra:
                del held[name]
        elif WRITABLE:
            held.update(changed)  # a variable cannot be unbound this way; a body that rebinds it does not mind
        else:
            held.update(changed)
            for name in extra:
                del held[name]
            # Reading f_locals again would fill the mapping anew from the frame: nothing may come in between.
            ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(self._frame), ctypes.c_int(bool(extra)))
            self._let_go(held)


def frames_around(frame: FrameType, is_own: Callable[[str], bool]) -> Iterator[FrameType]:
    """``frame`` and the user's frames that called it, innermost first."""
    at: FrameType | None = frame
    while at is not None:
        if is_own(at.f_code.co_filename):
            yield at
        at = at.f_back
