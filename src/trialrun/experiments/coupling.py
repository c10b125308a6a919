"""The first operation of a forward in which what belongs to one sample enters the rows of others."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from trialrun import _torch
from trialrun.capture.position import Position
from trialrun.capture.readings import tensors_in
from trialrun.capture.sources.functions import operation_name
from trialrun.evidence.place import Where
from trialrun.experiments.content import bytes_of
from trialrun.experiments.samples import SAMPLE

MOST_BYTES = 2**29  # of the results of one forward that are kept
_UNCOMPUTED = frozenset(("empty", "empty_like", "new_empty", "empty_strided", "resize"))  # garbage, that may differ
MOVES = frozenset(("view", "reshape", "flatten", "unflatten", "view_as", "reshape_as"))  # no new values: other rows


@dataclass(frozen=True)
class Origin:
    """An operation whose result depends on the sample in rows of others, while none of its inputs does."""

    operation: str
    module: str  # dotted name of the module it ran in; "" for the model itself
    cls: str  # of that module
    where: Where | None
    input_shape: tuple[int, ...]
    shape: tuple[int, ...]
    kind: str  # "spread": elements were only moved, over several indices of an axis as long as the batch; else ""


@dataclass
class Course:
    """The results of the operations of one forward, in order."""

    steps: list[tuple[str, list[torch.Tensor]]] = field(default_factory=list)
    bytes: int = 0
    whole: bool = True  # False: they took more than MOST_BYTES

    def watch(self, module: torch.nn.Module) -> AbstractContextManager[object]:
        """What is entered around the call of a copy."""
        return _Recorder(self)


class _Recorder(TorchFunctionMode):
    def __init__(self, course: Course) -> None:
        super().__init__()
        self._course = course

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        name, tensors = _seen(func, args, result)
        if tensors and self._course.whole:
            with _torch.reading():
                self._course.bytes += sum(bytes_of(tensor) for tensor in tensors)
                self._course.whole = self._course.bytes <= MOST_BYTES
                self._course.steps.append((name, [tensor.detach().clone() for tensor in tensors]))
        return result


class Comparison:
    """A second forward, step by step beside the ``course`` of the first.

    ``origin_of`` tells, for a tensor the second one made, where samples were first mixed on its way; ``astray`` that
    the two did not run the same operations on the same shapes, so that nothing can be told.
    """

    def __init__(self, course: Course, samples: int, position: Position, called: Where | None) -> None:
        self._course = course
        self._samples = samples
        self._position = position
        self._called = called
        self._outside: Where | None = None
        self._modules: list[tuple[str, str]] = []
        self._origins: dict[int, Origin] = {}
        self._alive: list[Any] = []  # an id is that of one tensor only as long as this lives
        self._number = 0
        self.astray = False
        self.last: Origin | None = None  # of the latest result that mixes samples

    def watch(self, module: torch.nn.Module) -> AbstractContextManager[object]:
        """What is entered around the call of a copy."""
        self._outside = self._position.where()
        for name, part in module.named_modules():
            self._follow(name, part)
        return _Comparer(self)

    def _follow(self, name: str, part: torch.nn.Module) -> None:
        def entering(*_: Any) -> None:
            self._modules.append((name, type(part).__name__))

        def leaving(*_: Any) -> None:
            self._modules.pop()

        part.register_forward_pre_hook(entering)
        part.register_forward_hook(leaving)

    def note(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
        """The second forward has run an operation."""
        name, tensors = _seen(func, args, result)
        if not tensors or self.astray:
            return
        self._alive.append(result)
        if self._number >= len(self._course.steps):
            self.astray = True
            return
        expected, before = self._course.steps[self._number]
        self._number += 1
        if expected != name or [tensor.shape for tensor in before] != [tensor.shape for tensor in tensors]:
            self.astray = True
            return
        given = [tensor for value in (*args, *kwargs.values()) for tensor in tensors_in(value)]
        inherited = next((self._origins[id(tensor)] for tensor in given if id(tensor) in self._origins), None)
        for one, other in zip(before, tensors, strict=True):
            differs = ~((one == other) | (one.isnan() & other.isnan()) if one.is_floating_point() else one == other)
            self._origins.pop(id(other), None)
            if not bool(differs.any()) or stays_with_its_sample(differs, self._samples):
                continue
            self.last = inherited or self._origin(name, given, differs)
            self._origins[id(other)] = self.last

    def _origin(self, name: str, given: list[torch.Tensor], differs: torch.Tensor) -> Origin:
        where = self._position.where()
        module, cls = self._modules[-1] if self._modules else ("", "")
        return Origin(
            operation=name,
            module=module,
            cls=cls,
            where=self._called if where == self._outside else where,
            input_shape=tuple(given[0].shape) if given else (),
            shape=tuple(differs.shape),
            kind="spread" if name in MOVES and _is_spread(differs, self._samples) else "",
        )

    def origin_of(self, result: torch.Tensor) -> Origin | None:
        """Where samples were first mixed on the way to ``result``."""
        return self._origins.get(id(result))


class _Comparer(TorchFunctionMode):
    def __init__(self, comparison: Comparison) -> None:
        super().__init__()
        self._comparison = comparison

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        with _torch.reading():
            self._comparison.note(func, args, kwargs or {}, result)
        return result


def _seen(func: Any, args: tuple[Any, ...], result: Any) -> tuple[str, list[torch.Tensor]]:
    """The short name of an operation, and the tensors it made or wrote into."""
    named = operation_name(func)
    if named is None or named[0] in _UNCOMPUTED:
        return "", []
    return named[0], list(tensors_in(args[0] if named[0] == "setitem" else result))


def stays_with_its_sample(differs: torch.Tensor, samples: int) -> bool:
    """Whether what differs lies, along some axis, at the place of sample ``SAMPLE``, which is the first.

    The axis has as many elements as there are samples, or a multiple of it (each sample's rows one after the other, or
    the samples in turn); or the samples lie along several axes that follow each other.
    """
    shape = tuple(differs.shape)
    for axis, size in enumerate(shape):
        if size >= samples and size % samples == 0:
            at = _indices(differs, axis)
            if bool((at < size // samples).all()) or bool((at % samples == SAMPLE).all()):
                return True
    for first in range(len(shape)):
        for end in range(first + 2, len(shape) + 1):
            if differs[(slice(None),) * first].shape[first:end].numel() == samples:
                return bool((_indices(differs.flatten(first, end - 1), first) == SAMPLE).all())
    return False


def _indices(differs: torch.Tensor, axis: int) -> torch.Tensor:
    """Along ``axis``, the places where anything differs."""
    return differs.movedim(axis, 0).reshape(differs.shape[axis], -1).any(dim=1).nonzero()[:, 0]


def _is_spread(differs: torch.Tensor, samples: int) -> bool:
    """Whether what differs lies at several places of an axis as long as the batch."""
    return any(size == samples and _indices(differs, axis).numel() > 1 for axis, size in enumerate(differs.shape))
