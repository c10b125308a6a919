"""What results depend on: versions, threads, seeds, a few environment variables. No accelerator is initialised."""

from __future__ import annotations

import functools
import random
import sys
import zlib
from collections.abc import Callable
from typing import Any

import torch

from trialrun import _torch
from trialrun.capture import numeric_settings
from trialrun.capture.memory import PEAK
from trialrun.capture.patches import Patches
from trialrun.capture.watch import Watch
from trialrun.evidence.program import EnvironmentRecord, MemoryRecord


class EnvironmentSource:
    """Writes an ``EnvironmentRecord`` when attached, and again with the seeds that the program set."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._patches = Patches()
        self._values: dict[str, str] = {}
        self._streams: dict[str, int] = {}

    def attach(self) -> None:
        self._watch.shielded(("environment",), self._begin)
        self._streams = self._watch.shielded(("environment",), _streams) or {}
        self._patches.replace(torch, "manual_seed", functools.partial(self._wrap_seed, "torch"))
        self._patches.replace(random, "seed", functools.partial(self._wrap_seed, "random"))
        if "numpy" in sys.modules:  # not imported for its own sake: the program may do without
            self._patches.replace(sys.modules["numpy"].random, "seed", functools.partial(self._wrap_seed, "numpy"))

    def detach(self) -> None:
        self._patches.undo()

    def finish(self) -> None:
        for stream, state in (self._watch.shielded((), _streams) or {}).items():
            if state != self._streams.get(stream, state):  # seeded, or drawn from
                self._values[f"moved.{stream}"] = "yes"
        self._watch.shielded((), self._describe)
        self._watch.write(EnvironmentRecord(dict(self._values)))
        self._watch.write(MemoryRecord(PEAK.process_bytes(), PEAK.device_bytes()))

    def _describe(self) -> None:
        """Once more at the end, as the program may have set what its results depend on."""
        self._values.update(numeric_settings.read())

    def _begin(self) -> None:
        self._describe()
        self._watch.write(EnvironmentRecord(dict(self._values)))

    def _wrap_seed(self, stream: str, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def seed(*args: Any, **kwargs: Any) -> Any:
            if self._watch.listening():
                self._watch.shielded(("environment",), self._note_seed, stream, (*args, *kwargs.values()))
            return original(*args, **kwargs)

        return seed

    def _note_seed(self, stream: str, given: tuple[Any, ...]) -> None:
        where = self._watch.position.where()
        value = str(given[0]) if given and isinstance(given[0], int) else "from the system" if not given else "set"
        self._values[f"seed.{stream}"] = f"{value} ({where})" if where is not None else value


def _streams() -> dict[str, int]:
    """A print of where each global random stream of the host stands; those of modules not imported are left out."""
    with _torch.reading():
        found = {
            "torch": zlib.crc32(torch.get_rng_state().numpy().tobytes()),
            "random": zlib.crc32(repr(random.getstate()).encode()),
        }
    if "numpy" in sys.modules:
        found["numpy"] = zlib.crc32(repr(sys.modules["numpy"].random.get_state(legacy=False)["state"]).encode())
    return found
