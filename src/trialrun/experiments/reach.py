"""What the running program could change: everything its frames, modules, models and optimisers lead to.

The walk stays in the user's own objects and torch's training state. It does not enter other libraries' objects: a
log writer with a thread behind it is not ours to turn back.
"""

from __future__ import annotations

import builtins
import functools
import gc
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from types import CellType, FrameType, FunctionType, MethodType, SimpleNamespace
from typing import Any

import torch
from torch.amp.grad_scaler import GradScaler
from torch.optim.lr_scheduler import LRScheduler

from trialrun.experiments.randomness import is_generator
from trialrun.target.frames import Names
from trialrun.target.loader import imported_modules

MOST_OBJECTS = 50_000  # about 0.1 s of walking
MOST_ITEMS = 2_000  # of one container that are looked into; its own bindings are kept up to MOST_BINDINGS
MOST_BINDINGS = 1_000_000
_ATOMS = frozenset((int, float, complex, bool, str, bytes, type(None), type, torch.dtype, torch.device, range, slice))
_STATE = (torch.optim.Optimizer, LRScheduler, GradScaler, torch.nn.Module)


@dataclass
class Reach:
    """What was found. ``learned``: it carries what training has learned, and goes on from repeat to repeat."""

    names: list[Names] = field(default_factory=list)
    dicts: list[tuple[dict[Any, Any], bool]] = field(default_factory=list)
    namespaces: set[int] = field(default_factory=set)  # ids of those that are a module's
    sequences: list[tuple[Any, bool]] = field(default_factory=list)  # list, deque, bytearray
    sets: list[set[Any]] = field(default_factory=list)
    slots: list[tuple[Any, str]] = field(default_factory=list)
    classes: list[type] = field(default_factory=list)
    cells: list[CellType] = field(default_factory=list)
    tensors: dict[int, tuple[torch.Tensor, bool]] = field(default_factory=dict)
    arrays: list[Any] = field(default_factory=list)
    generators: list[Any] = field(default_factory=list)
    iterators: set[int] = field(default_factory=set)  # ids of those that somebody holds
    optimisers: list[torch.optim.Optimizer] = field(default_factory=list)
    models: list[torch.nn.Module] = field(default_factory=list)
    complete: bool = True  # False: the walk was ended by MOST_OBJECTS


def walk(frames: Iterable[FrameType], is_own: Callable[[str], bool]) -> Reach:
    """Everything in reach of ``frames``, of the modules whose file ``is_own`` knows and of torch's training objects."""
    return _Walk(is_own).run(list(frames))


class _Walk:
    def __init__(self, is_own: Callable[[str], bool]) -> None:
        self._found = Reach()
        self._is_own = is_own
        self._modules = {
            name: module for name, module in imported_modules() if is_own(str(getattr(module, "__file__", "")))
        }
        self._seen: set[int] = {id(vars(builtins))}  # every module holds it
        self._held: list[Any] = []  # temporaries whose ids stand in `_seen`
        self._waiting: deque[tuple[Any, bool]] = deque()

    def run(self, frames: list[FrameType]) -> Reach:
        for frame in frames:
            names = Names(frame)
            if not names.is_module:
                self._found.names.append(names)
                self._push_all(names.read().values(), False)
            self._waiting.append((frame.f_globals, False))
            self._found.namespaces.add(id(frame.f_globals))
        for module in self._modules.values():
            self._waiting.append((vars(module), False))
            self._found.namespaces.add(id(vars(module)))
        for thing in self._training_objects():
            self._waiting.append((thing, False))
        for kind in self._classes():
            self._found.classes.append(kind)
            self._push_all(class_data(kind).values(), False)
        while self._waiting:
            thing, learned = self._waiting.popleft()
            if len(self._seen) > MOST_OBJECTS:
                self._found.complete = False
                break
            self._visit(thing, learned)
        return self._found

    def _training_objects(self) -> list[Any]:
        """Models, optimisers, schedules and instances of the user's classes, wherever they are held."""
        own = set(self._modules)
        return [
            thing
            for thing in gc.get_objects()
            if issubclass(type(thing), _STATE) or getattr(type(thing), "__module__", None) in own
        ]

    def _classes(self) -> list[type]:
        """The user's classes: some count or register their instances."""
        return [
            thing for thing in gc.get_objects() if issubclass(type(thing), type) and thing.__module__ in self._modules
        ]

    def _push_all(self, values: Iterable[Any], learned: bool) -> None:
        for value in values:
            if type(value) not in _ATOMS:
                self._waiting.append((value, learned))

    def _visit(self, thing: Any, learned: bool) -> None:
        if id(thing) in self._seen and not (learned and isinstance(thing, torch.Tensor)):
            return
        self._seen.add(id(thing))
        self._held.append(thing)
        if isinstance(thing, torch.Tensor):
            self._tensor(thing, learned)
        elif isinstance(thing, dict):
            self._dict(thing, learned)
        elif isinstance(thing, (list, deque)):
            if len(thing) <= MOST_BINDINGS:
                self._found.sequences.append((thing, learned))
            self._push_few(thing, learned)
        elif isinstance(thing, (tuple, frozenset)):
            self._push_few(thing, learned)
        elif type(thing) is set:
            self._found.sets.append(thing)
        elif is_generator(thing):
            self._found.generators.append(thing)
        elif isinstance(thing, _STATE):
            self._training_object(thing, learned)
        elif isinstance(thing, FunctionType):
            self._function(thing)
        elif isinstance(thing, Iterator):
            self._found.iterators.add(id(thing))
            if type(thing).__module__ in self._modules:  # written by the user: it stands where its attributes say
                self._object(thing)
        elif isinstance(thing, MethodType):
            self._waiting.append((thing.__self__, False))
        elif isinstance(thing, functools.partial):
            self._push_all((thing.func, thing.args, thing.keywords), False)
        else:
            self._object(thing)

    def _push_few(self, values: Any, learned: bool) -> None:
        if len(values) <= MOST_ITEMS:
            self._push_all(values, learned)

    def _tensor(self, tensor: torch.Tensor, learned: bool) -> None:
        if tensor.grad_fn is not None:  # remade by every forward; its binding is kept
            return
        learned = learned or (tensor.requires_grad and tensor.is_leaf)
        old = self._found.tensors.get(id(tensor))
        self._found.tensors[id(tensor)] = (tensor, learned or (old is not None and old[1]))

    def _dict(self, thing: dict[Any, Any], learned: bool) -> None:
        if len(thing) <= MOST_BINDINGS:
            self._found.dicts.append((thing, learned))
        if len(thing) > MOST_ITEMS:
            return
        self._push_all(thing.values(), learned)
        if learned:  # an optimiser's state has parameters for keys
            self._push_all((key for key in thing if isinstance(key, torch.Tensor)), True)

    def _training_object(self, thing: Any, learned: bool) -> None:
        fields = vars(thing)
        if isinstance(thing, torch.optim.Optimizer):
            self._found.optimisers.append(thing)
            self._waiting.append((fields.get("state"), True))
        elif isinstance(thing, torch.nn.Module):
            self._found.models.append(thing)
            self._waiting.append((fields.get("_parameters"), True))
            self._waiting.append((fields.get("_buffers"), True))
        self._waiting.append((fields, learned or isinstance(thing, GradScaler)))

    def _function(self, function: FunctionType) -> None:
        if not self._is_own(function.__code__.co_filename):
            return
        for cell in function.__closure__ or ():
            self._found.cells.append(cell)
            try:
                self._push_all((cell.cell_contents,), False)
            except ValueError:  # not bound yet
                continue

    def _object(self, thing: Any) -> None:
        kind = type(thing)
        own = kind.__module__ in self._modules or kind is SimpleNamespace or kind.__module__ == "argparse"
        if _is_array(thing):
            self._found.arrays.append(thing)
        elif own and not isinstance(thing, type):
            if hasattr(thing, "__dict__"):
                self._waiting.append((vars(thing), False))
            for base in kind.__mro__:
                names = vars(base).get("__slots__", ())
                for name in (names,) if isinstance(names, str) else names:
                    if hasattr(thing, name) and name not in ("__dict__", "__weakref__"):
                        self._found.slots.append((thing, name))
                        self._push_all((getattr(thing, name),), False)
        elif kind.__module__.startswith("torch.utils.data") and not isinstance(thing, type):
            # A loader is left alone; its generator, and a data set or sampler of the user's, are not.
            self._push_all((v for v in vars(thing).values() if not isinstance(v, torch.Tensor)), False)


def class_data(kind: type) -> dict[str, Any]:
    """What ``kind`` itself holds under its names, but for its methods and properties."""
    return {
        name: value
        for name, value in vars(kind).items()
        if not (name.startswith("__") or hasattr(type(value), "__get__"))
    }


def _is_array(value: Any) -> bool:
    numpy: Any = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.ndarray)
