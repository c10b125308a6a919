"""The same of a script: what each of its first updates left, run by run, and the verdict on all runs."""

from __future__ import annotations

import io
import json
import os
import struct
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, ClassVar

import torch

from trialrun import _torch
from trialrun.capture.events import Backward, ModuleCall, Observer, Step
from trialrun.capture.events import Update as UpdateEvent
from trialrun.evidence.numerics import NumericsResult, Verdict
from trialrun.numerics.same_seed import result_of
from trialrun.numerics.same_seed.following import flipped
from trialrun.numerics.same_seed.judging import Configuration, Run
from trialrun.numerics.training import Update, compared, prints

# Unlike a training that a factory makes, a script is seeded by nobody but itself.
_SEED = (
    "Seed the script at its start, before the model is built: torch.manual_seed(0), random.seed(0),"
    " numpy.random.seed(0) and each generator of its own; and sort what comes from a set or a folder."
)


class Followed(Observer):
    """Loss, parameters and buffers after each of the first ``steps`` updates of the program it watches."""

    kinds: ClassVar[tuple[str, ...]] = ()

    def __init__(self, steps: int) -> None:
        self._steps = steps
        self._models: list[torch.nn.Module] = []
        self._parameters: list[torch.Tensor] = []  # of optimisers, in their order
        self._loss: float | None = None
        self.run = Run(Configuration(torch.get_num_threads(), os.environ.get("PYTHONHASHSEED", "")), [], 0.0)

    def module_entered(self, call: ModuleCall) -> None:
        if call.is_model and call.outermost and not any(call.module is known for known in self._models):
            self._models.append(call.module)

    def backward_begins(self, event: Backward) -> None:
        self._loss = event.value
        if not self.run.updates:
            self.run.updates.append(Update("", None, prints(self._tensors())))

    def step_begins(self, step: Step) -> None:
        known = {id(parameter) for parameter in self._parameters}
        self._parameters.extend(parameter for parameter in step.parameters if id(parameter) not in known)

    def updated(self, update: UpdateEvent) -> None:
        if len(self.run.updates) > self._steps or not self.run.updates:
            return
        tensors = self._tensors()
        bits = "" if self._loss is None else struct.pack("<d", self._loss).hex()
        self.run.updates.append(Update(bits, self._loss, prints(tensors)))
        self.run.kept.append({name: tensor.detach().cpu().clone() for name, tensor in tensors.items()})
        if len(self.run.updates) == 2:
            self.run.flipped, self.run.planted_in = flipped(self.run.updates[-1], self.run.kept[0])
            floating = [tensor.dtype for tensor in tensors.values() if tensor.is_floating_point()]
            self.run.eps = max((torch.finfo(dtype).eps for dtype in floating), default=0.0)

    def _tensors(self) -> dict[str, torch.Tensor]:
        """By name: of the models in the order they were called, then what only an optimiser holds."""
        found: dict[str, torch.Tensor] = {}
        for number, model in enumerate(self._models):
            title = type(model).__name__ if number == 0 else f"{type(model).__name__} {number + 1}"
            for name, tensor in (*model.named_parameters(), *model.named_buffers()):
                found[f"{title}.{name}"] = tensor
        held = {id(tensor) for tensor in found.values()}
        for number, parameter in enumerate(self._parameters):
            if id(parameter) not in held:
                found[f"parameter {number} of the optimisers"] = parameter
        with _torch.reading():
            return {name: tensor.detach() for name, tensor in found.items() if not _torch.is_lazy(tensor)}

    def packed(self) -> bytes:
        """The run as :func:`judge` reads it."""
        buffer = io.BytesIO()
        torch.save({"run": json.dumps(asdict(self.run) | {"kept": []}), "kept": self.run.kept}, buffer)
        return buffer.getvalue()


def judge(payload: dict[str, Any]) -> int:
    """Entry point of a child: the verdict on ``runs`` (paths of what :meth:`Followed.packed` gave) of ``name``.

    Leaves it in the JSON file ``result``.
    """
    runs = [_read(Path(path)) for path in payload["runs"]]
    steps = min(len(run.updates) for run in runs)
    if steps < 2 or not compared(runs[0].updates):
        reason = f"{payload['name']} made no update that was seen: there is nothing to compare."
        result = NumericsResult("determinism", payload["name"], Verdict.UNSUPPORTED, reason)
    else:
        for run in runs:
            del run.updates[steps:], run.kept[steps - 1 :]
        result = result_of(runs, payload["name"], apart=True)
        if runs[0].updates[0] != runs[1].updates[0]:
            result = replace(result, advice=_SEED)
    Path(payload["result"]).write_text(json.dumps(result.payload()), encoding="utf-8")
    return 0


def _read(path: Path) -> Run:
    held = torch.load(path, weights_only=True)
    return Run.from_payload(json.loads(held["run"]), held["kept"])
