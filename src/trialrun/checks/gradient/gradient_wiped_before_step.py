"""Gradients are cleared between backward and step, so that no step ever uses them.

## Why is this bad?

`zero_grad()` after `backward()` throws the gradient away. With it right in front of `step()` the optimiser finds
nothing, and the weights never move. Inside an accumulation loop it throws away all micro-batches but the last: the
others cost their full time and teach nothing, and the batch is smaller than it seems.

## Fix

Clear gradients once per step, before the first `backward()` of that step or right after `step()`; with accumulation,
not in each micro-batch.

## Limits

A backward counts as wiped when every gradient it left was cleared before any step. Judged where the first step lost
some in this way and most others did (a remainder that the next epoch's start clears is none). Not counted: a backward
that also reaches a leaf of no optimiser (the input of FGSM), one after which weights changed by hand (SAM), another
optimiser stepped (several critic updates for one of the generator) or gradients were clipped, and one whose gradients
are not finite. Where the step does find gradients, a wiped backward on another line than the used one is taken for a
probe, and nothing is said if the program reads `.grad` or sets gradient hooks.

## References

PyTorch documentation, `torch.optim.Optimizer.zero_grad`; PyTorch tutorial, "Zeroing out gradients in PyTorch".
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from trialrun.checks.absence import mentioned
from trialrun.checks.base import Check
from trialrun.checks.source_trees import tree_of
from trialrun.checks.wording import at, count, number
from trialrun.evidence import Evidence
from trialrun.evidence.gradients import WindowRecord
from trialrun.evidence.model import OptimiserRecord
from trialrun.evidence.place import Where
from trialrun.findings.finding import Finding, Severity

# Without these names a program cannot look at a gradient before it clears it; clipping is seen as it happens.
_READING = frozenset(
    {
        *("grad", "register_hook", "register_post_accumulate_grad_hook", "register_full_backward_hook"),
        *("get_total_norm", "unscale_", "watch"),
    }
)
LEAST_STEPS = 2  # one step alone may be the odd one


class GradientWipedBeforeStep(Check):
    code = "GRD402"
    slug = "gradient-wiped-before-step"
    severity = Severity.ERROR
    needs = ("window",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        told: set[tuple[Where | None, Where | None]] = set()  # one backward may fill several optimisers' gradients
        for optimiser in evidence.optimiser:
            windows = [window for window in evidence.window if window.optimiser == optimiser.id]
            wiped = [window for window in windows if window.wiped]
            if len(wiped) < LEAST_STEPS or not windows[0].wiped:  # what an epoch's end left over is no defect
                continue
            place = (wiped[-1].wiped_where, wiped[-1].wiped_backward)
            if place in told:
                continue
            told.add(place)
            if len(wiped) == len(windows) and not any(window.gradients_found for window in windows):
                yield self._all(optimiser, windows, _cleared(evidence, windows[-1]))
            elif 2 * len(wiped) > len(windows) and all(w.used and w.used_backward == w.wiped_backward for w in wiped):
                yield from (
                    ()
                    if mentioned(evidence, _READING)
                    else (self._most(optimiser, wiped, _cleared(evidence, wiped[-1])),)
                )

    def _all(self, optimiser: OptimiserRecord, windows: list[WindowRecord], cleared: Where | None) -> Finding:
        last = windows[-1]
        return self.finding(
            f"None of the {count(len(windows), 'step')} of {optimiser.cls}{at(last.where)} found a gradient: each time "
            f"those of the backward{at(last.wiped_backward)}, |g| {number(last.wiped_norm)}, had been cleared "
            f"in between{at(cleared)}.",
            "Call zero_grad() before backward(), or after step(): not between the two.",
            where=cleared or last.where,
            measured=_measured(optimiser, windows),
            expected="each step finds the gradients of its backward",
        )

    def _most(self, optimiser: OptimiserRecord, windows: list[WindowRecord], cleared: Where | None) -> Finding:
        last = windows[-1]
        wiped, used = sum(window.wiped for window in windows), sum(window.used for window in windows)
        message = (
            f"Of {count(wiped + used, 'backward')} at one line{at(last.wiped_backward)} only {used} reached a step of "
            f"{optimiser.cls}{at(last.where)}: the gradients of the other {wiped}, |g| {number(last.wiped_norm)} "
            f"at the last, were cleared first{at(cleared)}."
        )
        return self.finding(
            message,
            "Clear gradients once per step, right after step(), and not in front of every backward(); or step after "
            "every backward().",
            where=cleared or last.where,
            measured=_measured(optimiser, windows),
            expected="every backward adds to the gradient that the next step uses",
        )


def _cleared(evidence: Evidence, window: WindowRecord) -> Where | None:
    """The call that cleared the gradients, or else the only line that may have: ``p.grad = None`` is no call.

    A line of the step's own function must stand between the backward and the step.
    """
    if window.wiped_where is not None:
        return window.wiped_where
    first, last = window.wiped_backward, window.where
    if first is None or last is None:
        return None
    lines = [
        where
        for file, text in evidence.source.items()
        for where in _dropping(file, text)
        if (where.file, where.function) != (last.file, last.function)
        or (first.file == last.file and first.line < where.line < last.line)
    ]
    return lines[0] if len(lines) == 1 else None


def _dropping(file: str, text: str) -> list[Where]:
    """The lines that set a ``.grad`` to None or fill it with 0."""
    tree = tree_of(text)
    if tree is None:
        return []
    functions = {
        inner: node.name
        for node in ast.walk(tree)  # outer functions come first, and inner ones overwrite them
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        for inner in ast.walk(node)
    }
    return [
        Where(file, node.lineno, functions.get(node, "<module>"))
        for node in ast.walk(tree)
        if isinstance(node, (ast.Assign, ast.Call)) and _drops(node)
    ]


def _drops(node: ast.Assign | ast.Call) -> bool:
    if isinstance(node, ast.Assign):
        none = isinstance(node.value, ast.Constant) and node.value.value is None
        return none and any(isinstance(target, ast.Attribute) and target.attr == "grad" for target in node.targets)
    method = node.func
    if not isinstance(method, ast.Attribute) or method.attr != "zero_":
        return False
    return isinstance(method.value, ast.Attribute) and method.value.attr == "grad"


def _measured(optimiser: OptimiserRecord, windows: list[WindowRecord]) -> dict[str, object]:
    return {
        "optimiser": optimiser.cls,
        "steps": len(windows),
        "backwards_wiped": sum(window.wiped for window in windows),
        "backwards_used": sum(window.used for window in windows),
        "wiped_norms": [window.wiped_norm for window in windows],
    }
