"""The gradient of a user's ``autograd.Function`` beside central differences of its forward, both in float64."""

from __future__ import annotations

import contextlib
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

import torch

from trialrun.evidence.custom_gradients import Probe, ProbedInput

Call: TypeAlias = Callable[..., Any]

COTANGENTS = 4  # random weights of the outputs: a multiple of the gradient stays one for all of them
ELEMENTS = 12  # of each input
# Relative to the element or the input's RMS. The error of a central difference is then about 1e-10 of the third
# derivative, that of rounding about 1e-11 of the value.
STEP = 1e-5
SMOOTH = 1e-3  # relative difference allowed between two step sizes, and between the two sides
LIMIT_S = 0.4  # of the calls of one comparison


class UnfitError(Exception):
    """The call cannot be judged: too slow, not smooth, not deterministic, not in float64."""


def compare(apply: Call, arguments: Sequence[Any], names: Sequence[str]) -> list[ProbedInput]:
    """Probes of each input that requires gradient; ``arguments`` are ours, tensors of them on the CPU.

    Raises ``UnfitError``, or whatever the user's code raises.
    """
    apply = _limited(apply)
    generator = torch.Generator().manual_seed(412)
    with _apart(), torch.enable_grad():
        first, second = _outputs(apply, arguments), _outputs(apply, arguments)
        if not all(map(torch.equal, first, second)) or len(first) != len(second):
            raise UnfitError("not deterministic")
        given = [value for value in arguments if isinstance(value, torch.Tensor)]
        if any(out.shape == value.shape and torch.equal(out, value) for out in first for value in given):
            raise UnfitError("an identity: only its gradient can be meant")
        weights = [
            [torch.randn(out.shape, generator=generator, dtype=torch.float64) for out in first]
            for _ in range(COTANGENTS)
        ]
        for place in _unanswered(apply, arguments, weights[0]):
            for weight in weights:
                weight[place].zero_()
        gradients = [_gradient(apply, arguments, weight) for weight in weights]
        again = _gradient(apply, arguments, weights[0])
        if not all(map(torch.equal, gradients[0], again)):
            raise UnfitError("its gradient is not deterministic")
        if any(_straight(gradient, part) for gradient in gradients[0] for part in weights[0]):
            raise UnfitError("a gradient that is handed through")
    places = [place for place, value in enumerate(arguments) if _wanted(value)]
    found = []
    with _apart(), torch.enable_grad():
        for order, place in enumerate(places):
            analytic = [gradient[order].reshape(-1) for gradient in gradients]
            probes: list[Probe] = []
            for element in _elements(analytic, generator):
                probes += _probe(apply, arguments, place, element, first, weights, analytic)
            found.append(ProbedInput(names[place], tuple(arguments[place].shape), tuple(probes)))
    return found


@contextlib.contextmanager
def _apart() -> Iterator[None]:
    """Global random states are put back, and autocast and hooks on saved tensors stay out."""
    numpy: Any = sys.modules.get("numpy")
    kept = torch.get_rng_state(), random.getstate(), numpy.random.get_state() if numpy else None
    try:
        with (
            torch.autocast("cpu", enabled=False),
            torch.autograd.graph.disable_saved_tensors_hooks("not while gradients are compared"),
        ):
            yield
    finally:
        torch.set_rng_state(kept[0])
        random.setstate(kept[1])
        if numpy:
            numpy.random.set_state(kept[2])


def _limited(apply: Call) -> Call:
    """``apply``, until it has taken ``LIMIT_S`` of this thread's time; imports at a first backward apart."""
    """``apply``, until it has taken ``LIMIT_S`` of this thread's time; torch's imports at a first backward apart."""
    left_s = LIMIT_S

    def call(*arguments: Any) -> Any:
        nonlocal left_s
        if left_s < 0:
            raise UnfitError("too slow")
        begun_s = time.thread_time()
        result = apply(*arguments)
        left_s -= time.thread_time() - begun_s
        return result

    return call


def _straight(gradient: torch.Tensor, weight: torch.Tensor) -> bool:
    """Whether a gradient is the incoming one, masked: of a quantiser that has a scale."""
    return gradient.shape == weight.shape and bool(((gradient == weight) | (gradient == 0)).all())


def _unanswered(apply: Call, arguments: Sequence[Any], weight: Sequence[torch.Tensor]) -> list[int]:
    """Outputs of several whose gradient the backward ignores: they are for reports, or kept for the backward."""
    ignored = []
    for place in range(len(weight)) if len(weight) > 1 else ():
        alone = [part if other == place else torch.zeros_like(part) for other, part in enumerate(weight)]
        if not any(bool(gradient.any()) for gradient in _gradient(apply, arguments, alone)):
            ignored.append(place)
    return ignored


def _wanted(value: object) -> bool:
    return isinstance(value, torch.Tensor) and value.requires_grad


def _outputs(apply: Call, arguments: Sequence[Any]) -> list[torch.Tensor]:
    """Differentiable outputs of a call on fresh copies."""
    return _differentiable(apply(*_copies(arguments)))


def _copies(arguments: Sequence[Any]) -> list[Any]:
    """The function may change what it is given, so every call gets its own."""
    return [
        value.detach().clone().requires_grad_(value.requires_grad) if isinstance(value, torch.Tensor) else value
        for value in arguments
    ]


def _differentiable(result: Any, detach: bool = True) -> list[torch.Tensor]:
    outputs = [out for out in (result if isinstance(result, tuple) else (result,)) if isinstance(out, torch.Tensor)]
    outputs = [out for out in outputs if out.is_floating_point() or out.is_complex()]
    outputs = [out.detach() if detach else out for out in outputs if out.requires_grad]
    if not outputs or any(out.dtype != torch.float64 or not bool(out.isfinite().all()) for out in outputs):
        raise UnfitError("outputs that are not float64 and finite")
    return outputs


def _gradient(apply: Call, arguments: Sequence[Any], weight: Sequence[torch.Tensor]) -> list[torch.Tensor]:
    copies = _copies(arguments)
    inputs = [value for value in copies if _wanted(value)]
    outputs = _differentiable(apply(*copies), detach=False)
    gradients = torch.autograd.grad(outputs, inputs, list(weight), allow_unused=True)
    made = [
        torch.zeros_like(value) if gradient is None else gradient.detach().to(torch.float64)
        for value, gradient in zip(inputs, gradients, strict=True)
    ]
    if not all(bool(gradient.isfinite().all()) for gradient in made):
        raise UnfitError("a gradient that is not finite")
    return made


def _elements(analytic: Sequence[torch.Tensor], generator: torch.Generator) -> list[int]:
    """Half where the gradient is greatest, as most may be zero (an embedding), half anywhere."""
    size = torch.stack([gradient.abs() for gradient in analytic]).sum(0)
    greatest = torch.topk(size, min(ELEMENTS // 2, size.numel())).indices.tolist()
    others = torch.randperm(size.numel(), generator=generator)[:ELEMENTS].tolist()
    return list(dict.fromkeys([*greatest, *others]))[:ELEMENTS]


def _probe(
    apply: Call,
    arguments: Sequence[Any],
    place: int,
    element: int,
    base: Sequence[torch.Tensor],
    weights: Sequence[Sequence[torch.Tensor]],
    analytic: Sequence[torch.Tensor],
) -> list[Probe]:
    """One probe a cotangent, of those for which the forward is smooth around the element."""
    value = arguments[place]
    flat = value.detach().reshape(-1)
    step = STEP * max(abs(float(flat[element])), float(flat.square().mean().sqrt()), 1e-6)

    def at(distance: float) -> list[torch.Tensor]:
        moved = flat.clone()
        moved[element] += distance
        changed = [*arguments[:place], moved.view_as(value).requires_grad_(), *arguments[place + 1 :]]
        return _outputs(apply, changed)

    ahead, behind, near, close = at(step), at(-step), at(step / 2), at(-step / 2)
    if any(list(map(_shape, base)) != list(map(_shape, moved)) for moved in (ahead, behind, near, close)):
        raise UnfitError("outputs that change their number or shape")
    probes = []
    for index, weight in enumerate(weights):
        centre = _change(weight, ahead, behind) / (2 * step)
        nearer = _change(weight, near, close) / step
        right, left = _change(weight, ahead, base) / step, _change(weight, base, behind) / step
        size = max(abs(centre), abs(nearer), abs(right), abs(left))
        noise = 1e-9 * (1 + sum(float((part * out).abs().max()) for part, out in zip(weight, base, strict=True)))
        allowed = SMOOTH * size + noise
        if abs(centre - nearer) <= allowed and abs(right - left) <= 10 * allowed:
            probes.append(Probe(index, float(analytic[index][element]), centre))
    return probes


def _shape(tensor: torch.Tensor) -> tuple[int, ...]:
    return tuple(tensor.shape)


def _change(weight: Sequence[torch.Tensor], to: Sequence[torch.Tensor], since: Sequence[torch.Tensor]) -> float:
    return sum(float((part * (b - a)).sum()) for part, a, b in zip(weight, since, to, strict=True))
