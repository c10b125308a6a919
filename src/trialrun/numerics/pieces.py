"""The pieces that the state of a training is made of, found among its attributes.

A piece can be read, compared bit for bit, and put into the piece of the same path of another training that was made by
the same factory. Containers and the user's own objects are opened; what only a closure or a global variable of theirs
holds is not found, but for the global random generators.
"""

from __future__ import annotations

import copy
import functools
import io
from collections import deque
from collections.abc import Callable, Iterator
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

import torch
from torch.amp.grad_scaler import GradScaler
from torch.optim.lr_scheduler import LRScheduler
from torch.optim.swa_utils import AveragedModel

from trialrun import _torch
from trialrun.capture.readings import readable
from trialrun.experiments.randomness import is_generator, state_of
from trialrun.numerics.piece import (
    AVERAGES,
    BUFFERS,
    GRADIENTS,
    OPTIMIZER,
    PARAMETERS,
    POSITION,
    SCALER,
    SCHEDULER,
    UNSAVED_BUFFERS,
    VALUE,
    Piece,
    cloned,
    is_array,
    is_average,
    kind_of_tensors,
    random_kind,
)
from trialrun.numerics.plain_values import global_states, original, plain, put_global_states

MOST_OBJECTS = 20_000
MOST_ITEMS = 1_000  # of one container: a longer one is data
DEEPEST = 20
_VALUES = (bool, int, float, complex, str)
_CLOSED = (type, FunctionType, MethodType, BuiltinFunctionType, ModuleType, torch.dtype, torch.device, io.IOBase)
_OF_A_MODULE = frozenset(("_parameters", "_buffers", "_modules", "_non_persistent_buffers_set"))


def pieces_of(training: Any) -> list[Piece]:
    """Every piece of ``training``, the global random generators last, each once, in the order of its attributes."""
    return [*_walk(training).found, *(_global(name) for name in global_states())]


def loaders_of(training: Any) -> list[tuple[str, Any]]:
    """The data loaders of ``training``, by their path."""
    return _walk(training).loaders


def generators_in(value: Any, name: str) -> list[tuple[str, Any]]:
    """The random generators that ``value`` leads to, by their path, which begins with ``name``."""
    walk = _Walk()
    walk.value(value, name, _nowhere)
    return walk.generators


def _walk(training: Any) -> _Walk:
    walk = _Walk()
    if isinstance(training, torch.nn.Module):
        walk.value(training, "", _nowhere)
    else:
        walk.attributes(training, "")
    return walk


class _Walk:
    def __init__(self) -> None:
        self.found: list[Piece] = []
        self.loaders: list[tuple[str, Any]] = []
        self.generators: list[tuple[str, Any]] = []
        self._seen: dict[int, Any] = {}  # held, or an id could be used again

    def attributes(self, holder: Any, path: str, private: bool = True) -> None:
        """Add what is found among the attributes of ``holder``; ``private``: also those that begin with "_"."""
        self._seen[id(holder)] = holder
        for name, value in list(getattr(holder, "__dict__", {}).items()):
            if name.startswith("_") and not private:
                continue
            if isinstance(holder, torch.nn.Module) and (name in _OF_A_MODULE or "_hooks" in name):
                continue
            self.value(value, f"{path}.{name}" if path else name, _setter(holder, name))

    def value(self, value: Any, path: str, rebind: Callable[[Any], object]) -> None:
        """Add what is found in ``value``; ``rebind`` puts another one in its place."""
        if isinstance(value, _CLOSED) or path.count(".") + path.count("[") > DEEPEST:
            return
        if value is None or isinstance(value, _VALUES):
            self.found.append(Piece(path, VALUE, lambda: value, rebind))
            return
        if id(value) in self._seen or len(self._seen) > MOST_OBJECTS:
            return
        self._seen[id(value)] = value
        if isinstance(value, torch.Tensor):
            self._tensor(value, path, rebind)
        elif is_array(value):
            self.found.append(Piece(path, VALUE, lambda: plain(value), lambda new: _put_array(value, new)))
        elif isinstance(value, torch.nn.Module):
            self._module(value, path)
        elif isinstance(value, torch.optim.Optimizer):
            self._stateful(value, path, OPTIMIZER)
        elif isinstance(value, LRScheduler):
            self._stateful(value, path, SCHEDULER)
        elif isinstance(value, GradScaler):
            self._stateful(value, path, SCALER)
        elif is_generator(value):
            self.generators.append((path, value))
            get, put = (lambda: plain(state_of(value)[1])), (lambda state: _put_generator(value, state))
            self.found.append(Piece(path, random_kind(value), get, put))
        else:
            self._other(value, path, rebind)

    def _other(self, value: Any, path: str, rebind: Callable[[Any], object]) -> None:
        if isinstance(value, torch.utils.data.DataLoader):
            self.loaders.append((path, value))
            for name in ("generator", "sampler", "batch_sampler", "dataset", "collate_fn"):
                self.value(getattr(value, name), f"{path}.{name}", _nowhere)
            if _saves_itself(value):
                self._stateful(value, path, POSITION)
        elif isinstance(value, dict):
            self._dict(value, path, rebind)
        elif isinstance(value, (list, tuple, deque)):
            self._sequence(value, path, rebind)
        elif isinstance(value, _torch.loader_iterator()) or (isinstance(value, Iterator) and not _has_names(value)):
            self.found.append(Piece(path, POSITION, None, lambda new: _put_iterator(value, new, rebind), value))
        else:
            if _saves_itself(value) and "loader" in type(value).__name__.lower():
                self._stateful(value, path, POSITION)
                self.attributes(value, path, private=False)
                return
            self.attributes(value, path)

    def _dict(self, held: dict[Any, Any], path: str, rebind: Callable[[Any], object]) -> None:
        if all(isinstance(item, torch.Tensor) for item in held.values()):
            self._loose(held, held, path, rebind)
        elif len(held) <= MOST_ITEMS:
            for key, item in list(held.items()):
                self.value(item, f"{path}[{key!r}]", functools.partial(held.__setitem__, key))

    def _sequence(self, held: Any, path: str, rebind: Callable[[Any], object]) -> None:
        if held and all(isinstance(item, torch.Tensor) for item in held):
            self._loose(held, dict(enumerate(held)), path, rebind)
        elif all(item is None or isinstance(item, _VALUES) for item in held):
            self.found.append(Piece(path, VALUE, lambda: copy.copy(held), rebind))
        elif len(held) <= MOST_ITEMS:
            for number, item in enumerate(held):
                fixed = isinstance(held, tuple)
                into = _nowhere if fixed else functools.partial(held.__setitem__, number)
                self.value(item, f"{path}[{number}]", into)

    def _tensor(self, tensor: torch.Tensor, path: str, rebind: Callable[[Any], object]) -> None:
        def put(state: torch.Tensor) -> None:
            if tensor.shape == state.shape and tensor.dtype == state.dtype:
                with torch.no_grad():
                    tensor.copy_(state)
            else:
                rebind(state)

        if readable(tensor):
            kind = kind_of_tensors([tensor], path)
            self.found.append(Piece(path, kind, lambda: tensor.detach().clone(), put))

    def _loose(self, held: Any, tensors: dict[Any, torch.Tensor], path: str, rebind: Callable[[Any], object]) -> None:
        """The tensors of a container of the user's, but for those that have been found elsewhere."""
        new = [tensor for tensor in tensors.values() if id(tensor) not in self._seen and readable(tensor)]
        self._seen.update((id(tensor), tensor) for tensor in new)

        def put(state: Any) -> None:
            into = dict(state if isinstance(state, dict) else enumerate(state))
            if into.keys() != tensors.keys() or any(into[key].shape != tensors[key].shape for key in into):
                rebind(state)
                return
            with torch.no_grad():
                for key, tensor in tensors.items():
                    tensor.copy_(into[key])

        if new or not tensors:
            self.found.append(Piece(path, kind_of_tensors(new, path), lambda: cloned(held), put))

    def _tensors(self, tensors: dict[Any, torch.Tensor], path: str, kind: str) -> None:
        tensors = {name: tensor for name, tensor in tensors.items() if readable(tensor)}

        def put(state: dict[Any, torch.Tensor]) -> None:
            with torch.no_grad():
                for name, tensor in tensors.items():
                    tensor.copy_(state[name])

        if tensors:
            get = lambda: {name: tensor.detach().clone() for name, tensor in tensors.items()}  # noqa: E731
            self.found.append(Piece(path, kind, get, put))

    def _gradients(self, parameters: dict[Any, torch.Tensor], path: str) -> None:
        def put(state: dict[str, torch.Tensor]) -> None:
            for name, parameter in parameters.items():
                parameter.grad = state.get(name)

        def take() -> dict[str, torch.Tensor]:
            held = {name: parameter.grad for name, parameter in parameters.items()}
            return {name: grad.detach().clone() for name, grad in held.items() if grad is not None and readable(grad)}

        self.found.append(Piece(path, GRADIENTS, take, put))

    def _module(self, module: torch.nn.Module, path: str) -> None:
        saved = module.state_dict(keep_vars=True)
        parameters: dict[Any, torch.Tensor] = dict(module.named_parameters())
        buffers = {name: buffer for name, buffer in module.named_buffers() if name in saved}
        if isinstance(module, AveragedModel) or is_average(path):
            self._tensors(parameters | buffers, path, AVERAGES)
        else:
            self._tensors(parameters, path, PARAMETERS)
            self._tensors(buffers, path, BUFFERS)
            self._gradients(parameters, path)
        self._tensors({n: b for n, b in module.named_buffers() if n not in saved}, path, UNSAVED_BUFFERS)
        for tensor in (*module.parameters(), *module.buffers()):
            self._seen[id(tensor)] = tensor
        for name, inner in module.named_modules():
            self.attributes(inner, f"{path}.{name}" if name else path)

    def _stateful(self, value: Any, path: str, kind: str) -> None:
        self.found.append(Piece(path, kind, lambda: copy.deepcopy(value.state_dict()), value.load_state_dict))


def _global(name: str) -> Piece:
    return Piece("", f"{name} RNG", lambda: plain(global_states()[name]), lambda state: _put_global(name, state))


def _put_global(name: str, state: Any) -> None:
    put_global_states({name: original(state)})


def _put_generator(generator: Any, state: Any) -> None:
    state_of(generator)[0](original(state))


def _put_array(array: Any, state: Any) -> None:
    array[...] = original(state)


def _put_iterator(mine: Any, other: Any, rebind: Callable[[Any], object]) -> None:
    """A loader's iterator goes on over its own data in the other's order; any other is replaced."""
    if not _torch.take_loader_order(mine, other):
        rebind(other)


def _nowhere(value: Any) -> None:
    """Where nothing can be put: a place in a tuple."""


def _has_names(value: Any) -> bool:
    return bool(getattr(value, "__dict__", None))


def _setter(holder: Any, name: str) -> Callable[[Any], object]:
    return lambda value: object.__setattr__(holder, name, value)


def _saves_itself(value: Any) -> bool:
    return callable(getattr(value, "state_dict", None)) and callable(getattr(value, "load_state_dict", None))
