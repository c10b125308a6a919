"""Watches the gradient on its way back through the uses of each weight, in one run of the window."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from trialrun import _torch
from trialrun.capture.arguments import by_name
from trialrun.capture.names import words
from trialrun.capture.readings import scalar

# Where the weight is among the arguments; of cells that by which the state is multiplied.
_WEIGHT = {"linear": 1, "conv1d": 1, "conv2d": 1, "conv3d": 1, "addmm": 2, "matmul": 1, "__matmul__": 1, "mm": 1}
_CELLS = words("rnn_tanh_cell rnn_relu_cell gru_cell lstm_cell")
_SEQUENCES = words("rnn_tanh rnn_relu gru lstm")
_SEQUENCE_ARGUMENTS = 9  # of a sequence that is not packed
_MOST = 512  # stages kept of one row


class GrowthTrace:
    """Implements ``plan.Change``; changes no value. The first backward alone is read.

    ``rows``: L2 norms of the gradient by what each use put out, in the order of the forward: of each weight that is
    used again and again (its steps), of the first uses of all weights (the layers), and by the input of PyTorch's
    recurrent layers, one a time step.
    """

    def __init__(self, optimised: Iterable[torch.Tensor]) -> None:
        self.rows: list[tuple[str, list[float]]] = []
        self._optimised = {id(parameter) for parameter in optimised}
        self._layers: list[float] = []
        self._uses: dict[int, list[float]] = {}  # by id of the weight
        self._begun = False  # a backward

    def begin(self) -> Callable[[], None]:
        """Take effect; returns what ends it."""
        mode = _Uses(weakref.ref(self))
        mode.__enter__()  # type: ignore[no-untyped-call]

        def end() -> None:
            _torch.leave_function_mode(mode)
            self._begun = True

        return end

    def used(self, weight: torch.Tensor, result: torch.Tensor) -> None:
        """``result`` was computed with ``weight``."""
        if id(weight) not in self._optimised or self._begun or not result.requires_grad:
            return
        if id(weight) not in self._uses:
            self._uses[id(weight)] = self._row(f"uses of the weight of shape {tuple(weight.shape)}")
        steps = self._uses[id(weight)]
        if len(steps) >= _MOST:
            return
        places = [(steps, len(steps))]
        if not steps:
            self._layers = self._layers or self._row("layers with weights")
            places.append((self._layers, len(self._layers)))
        for row, _ in places:
            row.append(0.0)

        def read(gradient: torch.Tensor) -> None:
            self._begun = True
            with _torch.reading():
                norm = _norms(gradient.reshape(1, -1))[0]
            for row, place in places:
                row[place] += norm

        register: Any = result.register_hook
        register(read)

    def sequence(self, given: torch.Tensor, axis: int) -> torch.Tensor:
        """The input of a recurrent layer, of shape (time, batch, features) or with time at ``axis``, to be watched."""
        if self._begun or not torch.is_grad_enabled() or given.shape[axis] > _MOST:
            return given
        watched = given.view_as(given) if given.requires_grad else given.detach().requires_grad_()
        row = self._row("time steps of a recurrent layer")

        def read(gradient: torch.Tensor) -> None:
            self._begun = True
            with _torch.reading():
                row[:] = _norms(gradient.movedim(axis, 0).flatten(1))

        register: Any = watched.register_hook
        register(read)
        return watched

    def _row(self, of: str) -> list[float]:
        row: list[float] = []
        self.rows.append((of, row))
        return row


class _Uses(TorchFunctionMode):
    def __init__(self, trace: weakref.ref[GrowthTrace]) -> None:
        super().__init__()
        self._trace = trace

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        name, trace = getattr(func, "__name__", ""), self._trace()
        if trace is not None and name in _SEQUENCES and len(args) == _SEQUENCE_ARGUMENTS:
            bidirectional, batch_first = args[-2:]
            trained = any(
                weight.requires_grad for weight in args[2]
            )  # else its output may be meant to need no gradient
            if isinstance(args[0], torch.Tensor) and trained and not bidirectional:
                args = (trace.sequence(args[0], 1 if batch_first and args[0].dim() == 3 else 0), *args[1:])
        result = func(*args, **(kwargs or {}))
        if trace is not None and name in _CELLS and len(args) > 3:
            first = result[0] if isinstance(result, tuple) else result
            trace.used(args[3], first)
        elif trace is not None and name in _WEIGHT and isinstance(result, torch.Tensor):
            given = list(by_name(func, args, kwargs or {}).values())
            if len(given) > _WEIGHT[name] and isinstance(given[_WEIGHT[name]], torch.Tensor):
                trace.used(given[_WEIGHT[name]], result)
        return result


def _norms(rows: torch.Tensor) -> list[float]:
    return [scalar(norm) or 0.0 for norm in torch.linalg.vector_norm(rows.detach(), dim=1, dtype=torch.float64)]
