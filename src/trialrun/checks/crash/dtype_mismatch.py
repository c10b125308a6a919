"""Tensors of different dtypes met in an operation that takes one.

## Why is this bad?

PyTorch converts dtypes in arithmetic, but not in layers and matrix products: weights are `float32`, while NumPy and
pandas give `float64`, tokens and pixels are integers. The script stops at the first batch.

## Fix

Convert the data once, where it is read: `torch.from_numpy(x).float()`, `x.float() / 255` for images, `indices.long()`
for an embedding. For half precision use `torch.autocast` and leave the weights in `float32`.

## Limits

Judged from the exception and the dtypes that met. A loss that got targets of the wrong kind has its own card (CRX003),
tensors on different devices have CRX007.

## References

PyTorch documentation, "Type promotion"; `torch.autocast`.
"""

from __future__ import annotations

import re

from trialrun.checks.crash.card import Card, CrashCheck, argument
from trialrun.evidence import Evidence
from trialrun.evidence.program import CrashRecord

_PAIRS = (
    re.compile(r"mat1 and mat2 must have the same dtype, but got (\w+) and (\w+)"),
    re.compile(r"expected m1 and m2 to have the same dtype, but got: ([\w:]+) != ([\w:]+)"),
    re.compile(r"Input type \(([\w.:]+|unsigned char|long int)\) and (?:bias|weight) type \(([\w.:]+)\) should be"),
    re.compile(r"RNN input dtype \(([\w.]+)\) does not match weight dtype \(([\w.]+)\)"),
    re.compile(r"have the same dtype, but got query\.dtype: ([\w:]+) key\.dtype: ([\w:]+)"),
    re.compile(r"expected both vectors to have same dtype, but found ([\w:]+) and ([\w:]+)"),
    re.compile(r"input tensors must have the same dtype, but got (?:\w+), (\w+), and (\w+)"),
    re.compile(r"expected scalar type (\w+) but found (\w+)"),
    re.compile(r"Found dtype (\w+) but expected (\w+)"),
)
_MIXED_NORM = re.compile(r"mixed dtype \(CPU\)")
_INDICES = re.compile(r"argument #\d+ 'indices' to have one of the following scalar types: .* but got ([\w.]+)")
_NO_KERNEL = re.compile(r"\"(\w+)\" not implemented for '(\w+)'")
_MEAN = re.compile(r"mean\(\): could not infer output dtype\. .*Got: (\w+)")
_NO_GRADIENT = re.compile(r"Only Tensors of floating point and complex dtype can require gradients")
_NAMES = {
    "double": "float64",
    "float": "float32",
    "half": "float16",
    "bfloat16": "bfloat16",
    "long": "int64",
    "long int": "int64",
    "int": "int32",
    "short": "int16",
    "char": "int8",
    "byte": "uint8",
    "unsigned char": "uint8",
    "bool": "bool",
}
_FLOATS = frozenset({"float64", "float32", "float16", "bfloat16"})


class DtypeMismatch(CrashCheck):
    code = "CRX006"
    slug = "dtype-mismatch"

    def explain(self, crash: CrashRecord, evidence: Evidence) -> Card | None:
        text = crash.message
        if found := _INDICES.search(text):
            return Card(
                f"An embedding looks rows up by integers, and these indices are {_dtype(found[1])}.",
                "Keep token and category indices as integers: indices.long(), where they are read.",
                {"dtype": _dtype(found[1])},
                "int64 indices",
            )
        for pattern in _PAIRS:
            if (found := pattern.search(text)) and (pair := _known(found[1], found[2])):
                return self._pair(crash, *pair)
        if _MIXED_NORM.search(text):
            came, held = _dtypes(crash.context.inputs if crash.context else ()), _dtypes(_held(crash))
            if came and held and came[0] != held[0]:
                return self._pair(crash, came[0], held[0])
            return Card(
                "The input and the layer's weights differ in dtype.", _fix("float64", "float32"), {}, "one dtype"
            )
        found = _MEAN.search(text) or _NO_KERNEL.search(text)
        dtype = _dtype(found[found.re.groups]) if found else "integer" if _NO_GRADIENT.search(text) else ""
        if not dtype or "nll_loss" in text or (dtype in _FLOATS and "Half" not in text):
            return None
        return Card(
            f"This operation takes floating point numbers, and the tensor is {dtype}."
            if dtype != "float16"
            else "This operation has no version for float16 on this device.",
            "Convert it in front of this line: x.float().",
            {"dtype": dtype},
            "float32",
        )

    def _pair(self, crash: CrashRecord, came: str, held: str) -> Card | None:
        if came == held or (came == "int64" and "but found" in crash.message):
            return None
        if "Found dtype" in crash.message:
            if held not in _FLOATS or came not in _FLOATS:
                return None  # CRX003
            return Card(
                f"The loss mixes {came} and {held}: one of prediction and target is {came}, and so is its gradient, "
                f"which can't go back into {held}.",
                f"Give both the dtype of the model's weights where the data is read: target.{_method(held)}.",
                {"dtypes": [came, held]},
                "prediction and target of one dtype",
            )
        # A module that holds several dtypes may have met itself: a buffer of float64 among weights of float32.
        of_module = set(_dtypes(_held(crash))) == {held}
        weights = "weight" in crash.message or argument(crash.context, "weight") or of_module
        if not weights and (came, held) == ("float32", "float64"):
            came, held = held, came
        first, second = ("The input is", "the layer's weights are") if weights else ("One tensor is", "the other")
        return Card(f"{first} {came}, {second} {held}.", _fix(came, held), {"dtypes": [came, held]}, "one dtype")


def _fix(came: str, held: str) -> str:
    if held in ("float16", "bfloat16") or came in ("float16", "bfloat16"):
        return (
            "Leave weights and data in float32 and run the forward under torch.autocast; "
            f"or convert the one that came as {came}: x.{_method(held)}."
        )
    if came == "uint8":
        return "Convert the pixels where they are read: x.float() / 255."
    source = " (NumPy and pandas make float64)" if came == "float64" else ""
    return f"Convert the data once, where it is read{source}: x.{_method(held)}."


def _method(dtype: str) -> str:
    return {"float32": "float()", "float64": "double()", "float16": "half()"}.get(dtype, f"to(torch.{dtype})")


def _known(*written: str) -> tuple[str, str] | None:
    """Both as torch's names; None for tensor types of a device ("torch.cuda.FloatTensor"), which CRX007 speaks for."""
    if sum("cuda" in text for text in written) == 1:
        return None
    first, second = (_dtype(text) for text in written)
    return first, second


def _dtype(text: str) -> str:
    name = text.rpartition(".")[2].rpartition("::")[2].removesuffix("Tensor")
    return _NAMES.get(name.lower(), name)


def _held(crash: CrashRecord) -> tuple[str, ...]:
    return crash.context.parameters if crash.context else ()


def _dtypes(kinds: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys(kind.split()[0] for kind in kinds))
