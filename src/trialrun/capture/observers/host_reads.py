"""Lines of the training loop that make the host wait for the accelerator."""

from __future__ import annotations

from typing import ClassVar

from trialrun import _torch
from trialrun.capture.events import Observer, Operation, Update
from trialrun.capture.watch import Watch
from trialrun.evidence.footprint import HostRead, HostReadRecord
from trialrun.evidence.place import Where

HOST = ("cpu", "meta")
COPIES = frozenset({"cpu", "to"})


class HostReads(Observer):
    """Counts values that leave an accelerator in the body of the training loop, by line and by step."""

    kinds: ClassVar[tuple[str, ...]] = ("host_read",)
    operations = frozenset({"item", "tolist", "cpu", "to", "__float__", "__int__"})

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._device = ""
        self._steps = 0
        self._calls: dict[tuple[Where, str, str], int] = {}
        self._seen: dict[tuple[Where, str, str], set[int]] = {}

    def operation(self, op: Operation) -> None:
        if not op.inputs:
            return
        device = op.inputs[0].device
        for tensor in (*op.inputs, *op.outputs):
            if tensor.device.type not in HOST:
                self._device = str(tensor.device)
        if device.type in HOST or not self._watch.close:
            return
        if op.name in COPIES and not any(tensor.device.type == "cpu" for tensor in op.outputs):
            return
        with _torch.reading():
            where = self._watch.position.where() if self._watch.position.in_training_loop() else None
            if where is not None:
                key = (where, op.name.strip("_"), str(device))
                self._calls[key] = self._calls.get(key, 0) + 1
                self._seen.setdefault(key, set()).add(self._watch.steps)

    def updated(self, update: Update) -> None:
        if self._watch.close:
            self._steps = update.index + 1

    def finish(self) -> None:
        reads = (HostRead(*key, calls, len(self._seen[key])) for key, calls in self._calls.items())
        self._watch.write(HostReadRecord(self._device, self._steps, tuple(reads)))
