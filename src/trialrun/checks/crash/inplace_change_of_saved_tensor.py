"""A tensor that the backward needs was changed in place after the forward had saved it.

## Why is this bad?

The derivative of `exp`, of a product or of a matrix product needs values of the forward. An in-place operation (`+=`,
`relu_()`, `x[i] = ...`, an optimiser's step) between forward and backward overwrites them; autograd notices by a
version counter and refuses.

## Fix

Write a new tensor: `x = x + 1` for `x += 1`, `inplace=False`, `torch.where` or `clone()` in front of an assignment to
elements. With two optimisers: all backwards first and then the steps, or run the forward again after the step.

## Limits

The exception names a dtype, a shape and a version, but no line. The line given is that of the recorded in-place
operation that made this version of a tensor of this shape; where several fit, they are all named,
and the first may be innocent. A leaf that is changed in place while gradients are recorded is told here as well.

## References

PyTorch documentation, "Autograd mechanics", "In-place operations with autograd".
"""

from __future__ import annotations

import re

from trialrun.checks.crash.card import Card, CrashCheck
from trialrun.checks.wording import at, names, shape
from trialrun.evidence import Evidence
from trialrun.evidence.program import CrashRecord, InPlaceChange

_VERSIONS = re.compile(
    r"modified by an inplace operation: \[torch\.(?:\w+\.)?(\w+)Tensor \[([\d, ]*)\]\]"
    r"(?:, which is output \d+ of (\w+))?, is at version (\d+); expected version (\d+)"
)
_LEAF = re.compile(r"a (view of a )?leaf Variable that requires grad is being used in an in-place operation")


class InplaceChangeOfSavedTensor(CrashCheck):
    code = "CRX011"
    slug = "inplace-change-of-saved-tensor"

    def explain(self, crash: CrashRecord, evidence: Evidence) -> Card | None:
        if _LEAF.search(crash.message):
            return Card(
                "A parameter was changed in place while gradients are recorded.",
                "Put changes of parameters under torch.no_grad(); for an initialisation use torch.nn.init.",
                expected="no recorded in-place change of a leaf",
            )
        if "modified by an inplace operation" not in crash.message:
            return None
        found = _VERSIONS.search(crash.message)
        if not found:
            return Card("", _FIX, expected="saved tensors stay as they were")
        sizes = tuple(int(size) for size in re.findall(r"\d+", found[2]))
        changes = _suspects(crash, sizes, int(found[5]), int(found[4]))
        producer = (found[3] or "").removesuffix("Backward0")
        came = f", the output of {producer}," if producer and producer not in _LAYOUT else ""
        steps = [change for change in changes if change.parameter_shapes]
        where = changes[0].where if changes else None
        measured = {"shape": list(sizes), "changed_at": [str(change.where) for change in changes]}
        expected = "saved tensors stay as they were until the backward"
        if steps:
            return Card(
                f"A parameter of shape {shape(_parameter(steps[0], sizes))} was changed by "
                f"{_what(steps[0])} between the forward and this backward.",
                "Call all backwards first and then all steps, or run the forward again after the step.",
                measured,
                expected,
                where,
            )
        if not changes:
            return Card(
                f"The tensor of shape {shape(sizes)}{came} was changed after the forward saved it.",
                _FIX,
                measured,
                expected,
            )
        told = names([_what(change) for change in changes], 3)
        return Card(
            f"The tensor of shape {shape(sizes)}{came} was changed after the forward saved it, by {told}.",
            _fix(changes[0]),
            measured,
            expected,
            where,
        )


_FIX = "Write the result to a new tensor instead of changing it in place: x = x + 1 for x += 1, inplace=False."
_LAYOUT = ("AsStrided", "T", "Transpose", "View")


def _suspects(crash: CrashRecord, sizes: tuple[int, ...], expected: int, version: int) -> list[InPlaceChange]:
    """Changes that made one of the versions after the expected one: of that very shape, else of a view of it."""
    changes = crash.context.changes if crash.context else ()
    made = [change for change in changes if expected < change.version <= version]
    exact = [change for change in made if change.shape == sizes]
    if not exact:
        exact = [change for change in changes[-1:-9:-1] if _parameter(change, sizes)][:1] or made
    by_line = {str(change.where): change for change in exact}
    return list(by_line.values())[-3:]


def _parameter(change: InPlaceChange, sizes: tuple[int, ...]) -> tuple[int, ...] | None:
    """The shape of the optimiser's parameter that may be the tensor: layers save weights transposed."""
    return next((found for found in change.parameter_shapes if found in (sizes, sizes[::-1])), None)


def _what(change: InPlaceChange) -> str:
    inside = f" in {change.module}" if change.module else ""
    sign = {"add": "+=", "sub": "-=", "mul": "*=", "div": "/=", "setitem": "x[...] = ..."}.get(change.operation)
    name = change.operation if change.parameter_shapes or sign else f"{change.operation}_"
    return f"`{sign or name}`{inside}{at(change.where)}"


def _fix(change: InPlaceChange) -> str:
    if change.operation == "setitem":
        return "Assign into a clone (x = x.clone() in front), or choose with torch.where."
    if change.module:
        return f"Set inplace=False in {change.module}, or write to a new tensor."
    return _FIX
