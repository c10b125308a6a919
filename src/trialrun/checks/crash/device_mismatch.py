"""Tensors on different devices met in one operation.

## Why is this bad?

An operation runs on one device; PyTorch does not move data by itself. One tensor was left behind: a batch, a loss
weight, a hidden state made in `forward`, or a tensor that is a plain attribute of a module.

## Fix

Move it: `x = x.to(device)` (`Tensor.to` returns a new tensor; only `Module.to` works in place). Make new tensors where
the others are: `torch.zeros(n, device=x.device)`. Let a module own its constants: `self.register_buffer("name", t)`.
Parameters on the `meta` device have no data: build the model on a real device, or `to_empty` and load its weights.

## Limits

Judged from the exception and the devices of the tensors that met.

## References

PyTorch documentation, "Tensor attributes: torch.device"; "Meta device".
"""

from __future__ import annotations

import re

from trialrun.checks.crash.card import Card, CrashCheck
from trialrun.evidence import Evidence
from trialrun.evidence.program import CrashRecord

_DEVICE = r"\b(cpu|meta|cuda(?::\d+)?|mps(?::\d+)?|xpu(?::\d+)?)\b"
_MIXED = (
    re.compile(r"Expected all tensors to be on the same device"),
    re.compile(r"is not on the expected device"),
    re.compile(r"tensors are not at the same device"),
    re.compile(r"expected device \S+ but got device"),
)
_TENSOR_TYPES = re.compile(r"Input type \(torch\.(cuda\.)?\w+\) and (?:bias|weight) type \(torch\.(cuda\.)?\w+\)")
_NO_DATA = re.compile(r"[Cc]annot (?:be called on meta tensors|copy out of meta tensor)|can't convert meta device type")
_ARGUMENT = re.compile(r"(.+?): (\w+ \([\d, ]*\)) (\w+(?::\d+)?)")


class DeviceMismatch(CrashCheck):
    code = "CRX007"
    slug = "device-mismatch"

    def explain(self, crash: CrashRecord, evidence: Evidence) -> Card | None:
        if _NO_DATA.search(crash.message):
            return Card(
                "The tensor is on the meta device: it has a shape, but no data.",
                _MATERIALISE,
                {"devices": ["meta"]},
                "tensors with data",
            )
        types = _TENSOR_TYPES.search(crash.message)
        if types and (types[1] is None) == (types[2] is None):
            return None
        if not types and not any(pattern.search(crash.message) for pattern in _MIXED):
            return None
        places = self._places(crash)
        devices = list(dict.fromkeys(device for _, device in places))
        if len(devices) < 2:
            devices = list(dict.fromkeys([*devices, *re.findall(_DEVICE, crash.message)]))
            if types:
                devices = ["cuda", "cpu"]
        behind = "meta" if "meta" in devices else "cpu"
        left = [name for name, device in places if device == behind]
        others = [device for device in devices if device != behind]
        which = f"Left on {behind}: {', '.join(left)}; the rest is on {', '.join(others)}." if left and others else ""
        return Card(which, self._fix(behind, left), {"devices": devices, "left_behind": left}, "one device")

    def _places(self, crash: CrashRecord) -> list[tuple[str, str]]:
        """(what, device) of the tensors that met, those of the operation first, else those of the module."""
        context = crash.context
        if context is None:
            return []
        found = [
            (f"{match[1]} {match[2]}", match[3])
            for match in (_ARGUMENT.match(text) for text in context.arguments)
            if match
        ]
        if len({device for _, device in found}) > 1:
            return found
        found = [(f"the input {text.rpartition(' ')[0]}", text.rpartition(" ")[2]) for text in context.inputs]
        name = f"the weights of {context.module or context.module_cls}"
        return found + [
            (name, device) for device in dict.fromkeys(text.rpartition(" ")[2] for text in context.parameters)
        ]

    def _fix(self, behind: str, left: list[str]) -> str:
        if behind == "meta":
            return _MATERIALISE
        weights = [name for name in left if name.startswith(("weight", "bias", "the weights"))]
        if weights and len(weights) == len(left):
            return (
                "Move the model before the optimiser is built: model.to(device). A tensor that is a plain attribute "
                "does not move with it: use register_buffer, and ModuleList instead of a list."
            )
        return "Move it first: x = x.to(device), or make it there: torch.zeros(..., device=x.device)."


_MATERIALISE = (
    "Build it on a real device (no torch.device('meta') around this part), "
    "or model.to_empty(device=...) and then load or initialise the weights."
)
