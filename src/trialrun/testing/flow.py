"""Does every trainable parameter get a gradient?"""

from __future__ import annotations

import fnmatch
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch

from trialrun.evidence.numerics import Verdict
from trialrun.numerics.accumulation.gradients import Copy
from trialrun.numerics.subject import Loss, UnsupportedError, from_made
from trialrun.testing.outcome import AssertionResult, allowed, settle
from trialrun.testing.place import device_of, handed, left_alone

FLOWS, BLOCKED = "FLOWS", "BLOCKED"
# A weight of zero on the way (a residual branch that begins at zero, LoRA) holds back a gradient in one place only:
# from there every weight is moved by this share of its mean magnitude, in a random direction.
MOVED = 0.01
SHOWN = 12  # names


@dataclass
class _Seen:
    """What the backwards left for one parameter."""

    numbers: int  # of the parameter
    gradient: bool = False  # there was one
    finite: bool = True
    norm: float = 0.0  # the largest L2 norm of any batch
    moved: float = 0.0  # the same after all weights were moved

    @property
    def flows(self) -> bool:
        return self.finite and (self.norm > 0 or self.moved > 0)

    @property
    def why(self) -> str:
        """What is wrong with it; "" for nothing."""
        if not self.finite:
            return "not finite"
        return "" if self.flows else "all zero" if self.gradient else "none"


@dataclass
class _Flow:
    seen: dict[str, _Seen]
    frozen: dict[str, str]  # name -> the pattern that declares it
    switched_off: list[str] = field(default_factory=list)  # names that require no gradient


def assert_gradients_flow(
    model: Any,
    batch: Any,
    loss: Loss | None = None,
    *,
    frozen: str | Sequence[str] = (),
    further_batches: Sequence[Any] = (),
    device: str | None = None,
    seed: int = 0,
    allow: str | Iterable[str] = (),
) -> AssertionResult:
    """Each parameter that requires a gradient gets one after a backward: there, finite, and not all zero, in float32.

    ``model``: a module, in the mode it is in, dropout off; ``batch``: axis 0 of each tensor the samples';
    ``loss(model, batch)``: one number (None: the model's own ``.loss``). ``further_batches``: where one batch does not
    reach all of them (experts, rare branches) it is enough that one of these does. ``frozen``: patterns of names, as
    in ``"encoder.*"``, of parameters that get no gradient on purpose: they fail if they do. A gradient that is zero at
    these very weights alone, as behind a layer that begins at zero, counts as one: all weights are moved by 1 % and
    looked at again. ``device`` None: where the model is.

    Verdicts: FLOWS; BLOCKED; UNSUPPORTED where there is nothing to look at. The rows have each parameter's norm.

    Raises AssertionError for all but FLOWS; ``allow=("UNSUPPORTED",)`` lets that pass.
    """
    __tracebackhide__ = True
    model, passing = handed(model), allowed(allow)
    patterns = (frozen,) if isinstance(frozen, str) else tuple(frozen)
    begun = time.monotonic()
    with left_alone(model, seed):
        try:
            flow = _measure(model, [batch, *further_batches], loss, patterns, device or device_of(model), seed)
        except UnsupportedError as refusal:
            result = AssertionResult(
                Verdict.UNSUPPORTED.value, False, f"{str(refusal).rstrip('.')}.", summary=refusal.lines
            )
        else:
            result = _told(flow, patterns, 1 + len(further_batches), time.monotonic() - begun)
    return settle("assert_gradients_flow", result, passing)


def _measure(
    model: Any, batches: list[Any], loss: Loss | None, patterns: tuple[str, ...], device: str, seed: int
) -> _Flow:
    subject = from_made((model, batches[0]), "the model")
    batches = [subject.batch, *batches[1:]]  # a loader's first
    subject.loss = loss
    if subject.module is not None and any(torch.nn.parameter.is_lazy(p) for p in subject.module.parameters()):
        raise UnsupportedError("the model has lazy layers: call it once before, so that they have their parameters")
    held = Copy(subject, torch.float32, device)
    named = dict(held.model.named_parameters())
    flow = _Flow(
        {name: _Seen(p.numel()) for name, p in named.items() if p.requires_grad},
        {name: pattern for name in named for pattern in patterns if fnmatch.fnmatchcase(name, pattern)},
        [name for name, p in named.items() if not p.requires_grad],
    )
    _look(held, batches, flow, moved=False)
    if any(not seen.flows for seen in flow.seen.values()):
        held.move(seed, MOVED)
        _look(held, batches, flow, moved=True)
    return flow


def _look(held: Copy, batches: list[Any], flow: _Flow, moved: bool) -> None:
    """One backward a batch, and what it left."""
    named = dict(held.model.named_parameters())
    for batch in batches:
        held.of(batch)
        for name, seen in flow.seen.items():
            gradient = named[name].grad
            if gradient is None:
                continue
            seen.gradient = True
            norm = float(torch.linalg.vector_norm(gradient.to_dense().double()))
            if moved:
                seen.moved = max(seen.moved, norm if norm == norm else 0.0)
                continue
            seen.finite = seen.finite and bool(gradient.to_dense().isfinite().all())
            seen.norm = max(seen.norm, norm) if seen.finite else float("nan")


def _told(flow: _Flow, patterns: tuple[str, ...], batches: int, seconds: float) -> AssertionResult:
    faults = [f"{name}: {seen.why}" for name, seen in flow.seen.items() if seen.why and name not in flow.frozen]
    faults += [
        f"{name}: gradient of norm {flow.seen[name].norm:.3g}, though frozen={pattern!r} says that it gets none"
        for name, pattern in flow.frozen.items()
        if name in flow.seen and flow.seen[name].flows
    ]
    idle = [pattern for pattern in patterns if pattern not in flow.frozen.values()]
    faults += [f"frozen={pattern!r}: matches no parameter's name" for pattern in idle]
    reached = [name for name, seen in flow.seen.items() if seen.flows]
    norms = [flow.seen[name].norm for name in reached if flow.seen[name].norm > 0]
    over = f"{batches} batch{'es' if batches > 1 else ''}"
    count = f"{len(reached)} of {len(flow.seen)} trainable parameters get a gradient from {over}"
    spread = f"; L2 norms {min(norms):.3g} to {max(norms):.3g}" if norms else ""
    late = [name for name in reached if flow.seen[name].norm == 0]
    summary = faults[:SHOWN] + ([f"... and {len(faults) - SHOWN} more"] if len(faults) > SHOWN else [])
    if late:
        summary.append(f"Zero at these weights alone: {', '.join(late[:SHOWN])}.")
    verdict = BLOCKED if faults else FLOWS
    if not reached:
        faults, verdict = faults or ["none"], BLOCKED
    return AssertionResult(
        verdict,
        verdict == FLOWS,
        f"{count}{spread}.",
        tuple(summary),
        _advice(flow) if faults else "",
        {
            "trainable": len(flow.seen),
            "reached": len(reached),
            "requires_no_grad": len(flow.switched_off),
            "batches": batches,
            "faults": faults,
        },
        tuple(
            {
                "parameter": name,
                "numbers": seen.numbers,
                "gradient": seen.why or "flows",
                "norm": seen.norm,
                "norm_moved": seen.moved,
                "frozen": flow.frozen.get(name, ""),
            }
            for name, seen in flow.seen.items()
        ),
        seconds,
    )


def _advice(flow: _Flow) -> str:
    missing = {seen.why for name, seen in flow.seen.items() if name not in flow.frozen}
    if "not finite" in missing:
        return "Look for a division by zero, log or sqrt of 0, or an overflow on the way to those named below."
    if missing & {"none", "all zero"}:
        return (
            "Look for a layer that forward() does not use, a detach(), no_grad() or .data on the way, units that are"
            " never active, or a branch that this batch does not take (further_batches=). Where it is meant: frozen=."
        )
    return "Set requires_grad to False for what is to stay as it is, or correct frozen=."
