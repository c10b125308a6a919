"""The memory did not suffice.

## Why is this bad?

The full run needs at least as much. Two causes look alike: a batch that is too large, whose saved activations grow with
it, and one tensor that is far larger than meant (a broadcast of (N, 1) with (1, N), all pairs at once, a wrong axis).

## Fix

A smaller batch with gradient accumulation, `torch.autocast`, `torch.utils.checkpoint`; for one huge tensor, work in
chunks or mend the shapes. Keep numbers, not tensors: `total += loss.item()`. Evaluate under `torch.no_grad()`.

## Limits

The batch size that would fit is an upper bound: it takes all memory but the weights', gradients' and optimiser's to
grow with the batch, and nothing else to run on the device.

## References

PyTorch documentation, "CUDA semantics: memory management".
"""

from __future__ import annotations

import re

from trialrun.checks.crash.card import Card, CrashCheck
from trialrun.checks.wording import number
from trialrun.evidence import Evidence
from trialrun.evidence.program import CrashRecord

_HOST = re.compile(r"can't allocate memory: you tried to allocate (\d+) bytes")
_NUMPY = re.compile(r"Unable to allocate ([\d.]+) (\w+) for an array with shape (\([\d, ]*\))")
_DEVICE = re.compile(r"out of memory\. Tried to allocate ([\d.]+) (\w+)")
_CAPACITY = re.compile(r"total capacity of ([\d.]+) (\w+)")
_ALLOCATED = re.compile(r"([\d.]+) (\w+) is allocated by PyTorch")
_UNITS = {"bytes": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40, "PiB": 2**50, "EiB": 2**60}
# Bytes of weights, gradients and two moments of Adam, by the byte of weights: an upper bound for other optimisers.
_COPIES = 4


class OutOfMemory(CrashCheck):
    code = "CRX016"
    slug = "out-of-memory"

    def explain(self, crash: CrashRecord, evidence: Evidence) -> Card | None:
        asked = _asked_bytes(crash.message)
        if asked is None:
            return None
        capacity, allocated = _bytes(_CAPACITY, crash.message), _bytes(_ALLOCATED, crash.message)
        left = crash.memory_left_bytes if capacity is None else None
        text = f"One tensor of {_size(asked)} was asked for"
        if left is not None:
            text += f", and the machine has {_size(left)} left"
        if capacity is not None and allocated is not None:
            text += f"; PyTorch holds {_size(allocated)} of the device's {_size(capacity)}"
        measured = {"asked_bytes": asked, "left_bytes": left, "capacity_bytes": capacity, "allocated_bytes": allocated}
        room = capacity if capacity is not None else left
        if room is not None and asked > room:
            fix = (
                "This single tensor does not fit at all: look at the shapes that met here (a broadcast of (N, 1) with "
                "(1, N)? a wrong axis?), and work in chunks if they are meant."
            )
        else:
            fix = _smaller(evidence, asked, capacity, allocated)
        return Card(
            f"{text}.",
            fix,
            {name: value for name, value in measured.items() if value is not None},
            "tensors that fit into memory",
        )


def _smaller(evidence: Evidence, asked: int, capacity: int | None, allocated: int | None) -> str:
    sizes = [record.batch_size for record in evidence.batch if record.batch_size]
    fixed = _COPIES * sum(4 * record.numel for record in evidence.parameter)
    bound = ""
    if sizes and capacity and allocated and allocated + asked > capacity > fixed:
        fits = int(max(sizes) * (capacity - fixed) / (allocated + asked - fixed))
        bound = f" (now {max(sizes)}; at most {max(fits, 1)} can fit)"
    return (
        f"Use a smaller batch{bound} and accumulate gradients, torch.autocast, or torch.utils.checkpoint; keep "
        "loss.item() instead of the loss, and evaluate under torch.no_grad()."
    )


def _asked_bytes(message: str) -> int | None:
    if found := _HOST.search(message):
        return int(found[1])
    return _bytes(_NUMPY, message) or _bytes(_DEVICE, message)


def _bytes(pattern: re.Pattern[str], message: str) -> int | None:
    found = pattern.search(message)
    return int(float(found[1]) * _UNITS.get(found[2], 1)) if found else None


def _size(amount: int) -> str:
    unit, factor = next(((u, f) for u, f in reversed(_UNITS.items()) if amount >= f), ("bytes", 1))
    return f"{number(amount / factor)} {unit}"
