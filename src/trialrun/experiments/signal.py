"""Watches which weights are used in which order in one run of the window, and which activation follows each."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from trialrun import _torch
from trialrun.capture.arguments import by_name
from trialrun.capture.names import words
from trialrun.capture.readings import scalar
from trialrun.evidence.signal import Signal

_LAYERS = {"linear": (0, 1, 2), "conv1d": (0, 1, 2), "conv2d": (0, 1, 2), "conv3d": (0, 1, 2), "addmm": (1, 2, 0)}
_PRODUCTS = words("matmul __matmul__ mm")
RECTIFIERS = words("relu relu_ leaky_relu relu6 elu celu gelu silu mish softplus prelu rrelu hardswish")
SATURATING = words("sigmoid sigmoid_ tanh tanh_ hardtanh softsign logsigmoid hardsigmoid")
_GAINS = {**dict.fromkeys(RECTIFIERS, 2.0**0.5), "tanh": 5 / 3, "tanh_": 5 / 3, "selu": 1.0}
_IN_BETWEEN = frozenset((*_LAYERS, *_PRODUCTS))


@dataclass
class Layer:
    """The first use of one weight."""

    weight: torch.Tensor
    bias: torch.Tensor | None
    transposed: bool  # (inputs, outputs), as in ``x @ w``; layers of torch have (outputs, inputs, ...)
    input_rms: float
    output_rms: float
    gradient_rms: float = 0.0
    activation: str = ""  # the first to follow before another weight; "" for none

    @property
    def std(self) -> float:
        """Of its activation's own initialisation: He for rectifiers and SELU, Xavier for all else."""
        area: int = self.weight[0][0].numel()
        ins, outs = self.weight.shape[1] * area, self.weight.shape[0] * area
        if self.transposed:
            ins, outs = outs, ins
        gain: float = _GAINS.get(self.activation, 1.0)
        xavier = self.activation not in RECTIFIERS and self.activation != "selu"
        scale: float = 2 / (ins + outs) if xavier else 1 / ins
        return gain * math.sqrt(scale)


class SignalTrace:
    """Implements ``plan.Change``; changes nothing. ``layers`` in the order of their first use."""

    def __init__(self, optimised: Iterable[torch.Tensor]) -> None:
        self.optimised = {id(parameter) for parameter in optimised}
        self.layers: list[Layer] = []
        self.seen: set[int] = set()

    def begin(self) -> Callable[[], None]:
        """Take effect; returns what ends it."""
        mode = _Uses(self)
        mode.__enter__()  # type: ignore[no-untyped-call]
        return lambda: _leave(mode)

    def signal(self) -> Signal:
        """What was seen, as numbers."""
        return Signal(
            tuple(layer.input_rms for layer in self.layers),
            tuple(layer.output_rms for layer in self.layers),
            tuple(layer.gradient_rms for layer in self.layers),
        )

    def initialise(self) -> None:
        """Write new weights, drawn from a generator of our own; biases become 0, weights of nothing but 0 stay."""
        generator = torch.Generator().manual_seed(0)
        for layer in self.layers:
            if not torch.count_nonzero(layer.weight):
                continue
            drawn = torch.randn(layer.weight.shape, generator=generator) * layer.std
            layer.weight.data.copy_(drawn)
            if layer.bias is not None:
                layer.bias.data.zero_()


class _Uses(TorchFunctionMode):
    def __init__(self, trace: SignalTrace) -> None:
        super().__init__()
        self._trace = trace

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        name = getattr(func, "__name__", "")
        if name in _IN_BETWEEN:
            self._layer(name, list(by_name(func, args, kwargs or {}).values()), result)
        elif (name in RECTIFIERS or name in SATURATING or name == "selu") and self._trace.layers:
            last = self._trace.layers[-1]
            last.activation = last.activation or name
        return result

    def _layer(self, name: str, given: list[Any], result: Any) -> None:
        source, weight, bias = _LAYERS.get(name, (0, 1, -1))
        if len(given) <= max(source, weight) or not isinstance(result, torch.Tensor) or not result.requires_grad:
            return
        operand, entering = given[weight], given[source]
        if not self._is_weight(operand) or not isinstance(entering, torch.Tensor):
            return
        self._trace.seen.add(id(operand))
        offset = given[bias] if 0 <= bias < len(given) else None
        with _torch.reading():
            layer = Layer(
                operand,
                offset if isinstance(offset, torch.Tensor) and id(offset) in self._trace.optimised else None,
                name in _PRODUCTS or name == "addmm",
                _rms(entering),
                _rms(result),
            )
        self._trace.layers.append(layer)
        register: Any = result.register_hook
        register(lambda gradient: _note(layer, gradient))

    def _is_weight(self, operand: Any) -> bool:
        return (
            isinstance(operand, torch.Tensor)
            and id(operand) in self._trace.optimised
            and id(operand) not in self._trace.seen
            and operand.dim() >= 2
        )


def _note(layer: Layer, gradient: torch.Tensor) -> None:
    with _torch.reading():
        layer.gradient_rms = _rms(gradient)


def _leave(mode: TorchFunctionMode) -> None:
    _torch.leave_function_mode(mode)


def _rms(tensor: torch.Tensor) -> float:
    held = tensor.detach()
    norm: float | None = scalar(
        torch.linalg.vector_norm(held, dtype=torch.float64 if held.dtype == torch.float64 else torch.float32)
    )
    return (norm or 0.0) / math.sqrt(max(held.numel(), 1))


class Rectified:
    """Sigmoid and tanh compute ReLU, but behind the last weights, where they make the output; a ``plan.Change``."""

    def __init__(self, layers: int) -> None:
        self.layers = layers  # with weights; the activation behind the last of them stays
        self.seen = 0

    def begin(self) -> Callable[[], None]:
        """Take effect; returns what ends it."""
        self.seen = 0
        mode = _Rectifies(self)
        mode.__enter__()  # type: ignore[no-untyped-call]
        return lambda: _leave(mode)


@dataclass
class _Count:
    uses: set[int] = field(default_factory=set)


class _Rectifies(TorchFunctionMode):
    def __init__(self, change: Rectified) -> None:
        super().__init__()
        self._change = change
        self._count = _Count()

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        name = getattr(func, "__name__", "")
        if name in _IN_BETWEEN:
            given = list(by_name(func, args, kwargs or {}).values())
            place = _LAYERS.get(name, (0, 1, -1))[1]
            if len(given) > place and isinstance(given[place], torch.Tensor) and given[place].requires_grad:
                self._count.uses.add(id(given[place]))
        elif name.rstrip("_") in ("sigmoid", "tanh") and 0 < len(self._count.uses) < self._change.layers:
            self._change.seen += 1
            return torch.relu(args[0] if args else (kwargs or {})["input"])
        return func(*args, **(kwargs or {}))
