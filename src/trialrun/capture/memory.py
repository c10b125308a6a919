"""Peak memory of the process and of its accelerator, less what trialrun's own copies took."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Any

import torch

from trialrun import _torch


class Peak:
    """The largest of the peaks noted so far and the present one.

    Copies of a program's state may be as large as the program: what was reached before they are made is noted, and the
    system's own mark is set back once they are gone.
    """

    def __init__(self) -> None:
        self._process = 0
        self._device: int | None = None

    def note(self) -> None:
        """Remember the peak so far; to be called before copies are made."""
        self._process, self._device = self.process_bytes(), self.device_bytes()

    def forget(self) -> None:
        """The copies are gone: the peak since then is not the program's. Linux alone lets the mark be set back."""
        with suppress(OSError), open("/proc/self/clear_refs", "w", encoding="ascii") as marks:
            marks.write("5")
        cuda: Any = torch.cuda
        if cuda.is_initialized():
            for index in range(torch.cuda.device_count()):
                torch.cuda.reset_peak_memory_stats(index)

    def process_bytes(self) -> int:
        """Peak resident memory in bytes; 0 where the platform does not tell."""
        return max(self._process, _resident())

    def device_bytes(self) -> int | None:
        """Peak memory of the accelerator in bytes; None where the program has not used one."""
        now = _torch.peak_device_bytes()
        return now if self._device is None or now is None else max(self._device, now)


def _resident() -> int:
    try:
        import resource
    except ImportError:  # Windows
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak if sys.platform == "darwin" else peak * 1024)  # bytes on macOS, KiB elsewhere


PEAK = Peak()  # there is one process
