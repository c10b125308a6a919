"""The state of the whole program at one moment: put back bit for bit, or rewound but for what was learned."""

from __future__ import annotations

import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from types import CellType, FrameType
from typing import Any

import torch

from trialrun import _torch
from trialrun.capture.readings import fingerprint
from trialrun.experiments import randomness
from trialrun.experiments.content import Content, bytes_of, supported
from trialrun.experiments.reach import Reach, class_data, walk

# Copies of tensors that carry nothing learned: data sets held in memory. Above it they are watched for changes instead.
MOST_DATA_BYTES = 256 * 2**20
MOST_REWOUND_BYTES = 4 * 2**20  # of an array: it has no version that would tell whether it was changed
MOST_LEAVES = 1000  # of a collection that is asked whether it holds trained leaves alone
_UNBOUND = object()


class UnsupportedError(Exception):
    """The state of this program cannot be kept; the message says what stands in the way."""


class Snapshot:
    """Everything in reach of ``frames`` as it stands now.

    :meth:`put_back` makes it stand so again. :meth:`rewind` does the same but leaves what training has learned:
    weights, buffers, gradients, the optimiser's and the gradient scaler's state.

    Raises:
        UnsupportedError: there are tensors that cannot be copied, or more objects than can be looked through.
    """

    def __init__(self, frames: Iterable[FrameType], is_own: Callable[[str], bool]) -> None:
        with _torch.reading():
            reach = walk(frames, is_own)
            if not reach.complete:
                raise UnsupportedError("the program holds too many objects to keep its state")
            self.reach = reach
            self._names = [(names, names.read()) for names in reach.names]
            self._dicts = [(held, dict(held), learned) for held, learned in reach.dicts]
            self._sequences = [(held, list(held), learned) for held, learned in reach.sequences]
            self._sets = [(held, set(held)) for held in reach.sets]
            self._slots = [(thing, name, getattr(thing, name, _UNBOUND)) for thing, name in reach.slots]
            self._classes = [(kind, class_data(kind)) for kind in reach.classes]
            self._cells = [(cell, _content_of(cell)) for cell in reach.cells]
            self._arrays = [(array, array.copy()) for array in reach.arrays if array.nbytes <= MOST_DATA_BYTES]
            self._contents = _contents(reach)
            self.random = randomness.states(reach.generators)
            self._shapes = {
                tuple(c.tensor.shape) for c, learned in self._contents if learned and c.tensor.requires_grad
            }

    def carry_on(self) -> None:
        """Count as learned what an optimiser written by hand keeps: moments, and the numbers that stand beside them.

        These are tensors of the shape of some weight that have changed since. To be called after one update.
        """
        carried: set[int] = set()
        for index, (content, learned) in enumerate(self._contents):
            if not learned and content.touched and self._is_moment(content.tensor):
                self._contents[index] = (content, True)
                carried.add(id(content.tensor))
        if not carried:
            return
        for _ in range(2):  # a list of moments, and the object that holds it
            for position, (sequence, items, learned) in enumerate(self._sequences):
                if not learned and any(id(item) in carried for item in items):
                    self._sequences[position] = (sequence, items, True)
                    carried.add(id(sequence))
            for position, (held, entries, learned) in enumerate(self._dicts):
                inside = id(held) not in self.reach.namespaces
                if inside and not learned and any(id(value) in carried for value in entries.values()):
                    self._dicts[position] = (held, entries, True)
                    carried.add(id(held))

    def _is_moment(self, value: Any) -> bool:
        return (
            isinstance(value, torch.Tensor)
            and value.is_floating_point()
            and value.ndim > 0
            and tuple(value.shape) in self._shapes
        )

    def _learns(self, value: Any) -> bool:
        """Whether ``value`` is a leaf that is trained, or a moment kept for one, or a collection of nothing else."""
        if isinstance(value, torch.Tensor):
            return value.grad_fn is None and (value.requires_grad or self._is_moment(value))
        items = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
        return 0 < len(items) <= MOST_LEAVES and all(isinstance(i, torch.Tensor) and self._learns(i) for i in items)

    def _both_learn(self, old: Any, new: Any) -> bool:
        """Hand-written updates may bind new leaves, ``w = (w - lr * g).requires_grad_()``: these were learned."""
        return self._learns(old) and self._learns(new)

    def _merged(self, old: dict[Any, Any], new: dict[Any, Any]) -> dict[Any, Any]:
        changed = {
            key: new[key]
            for key, value in old.items()
            if key in new and new[key] is not value and self._both_learn(value, new[key])
        }
        return {**old, **changed} if changed else old

    @property
    def learned(self) -> list[Content]:
        """What training changes: weights, buffers, gradients and optimiser state."""
        return [content for content, learned in self._contents if learned]

    @property
    def bytes(self) -> int:
        """Of the copies of tensors."""
        return sum(content.bytes for content, _ in self._contents)

    def put_back(self) -> list[str]:
        """Restore everything; returns what could not be restored."""
        with _torch.reading():
            failed = [_title(content) for content, _ in self._contents if not content.put_back()]
            self._put_bindings(keep_learned=False)
            randomness.rewind(self.random)
        return failed

    def rewind(self) -> None:
        """Restore all but what was learned."""
        with _torch.reading():
            for content, learned in self._contents:
                if not learned and content.touched:
                    content.put_back()
            self._put_bindings(keep_learned=True)
            randomness.rewind(self.random)

    def _put_bindings(self, keep_learned: bool) -> None:
        for names, values in self._names:
            names.write(self._merged(values, names.read()) if keep_learned else values)
        for held, entries, learned in self._dicts:
            if not (learned and keep_learned):
                _put_dict(held, self._merged(entries, held) if keep_learned else entries)
        for sequence, items, learned in self._sequences:
            if not (learned and keep_learned):
                _put_sequence(sequence, items, self._both_learn if keep_learned else _never)
        for group, members in self._sets:
            if group != members:
                group.clear()
                group.update(members)
        for thing, name, value in self._slots:
            now = getattr(thing, name, _UNBOUND)
            if now is not value and value is not _UNBOUND and not (keep_learned and self._both_learn(value, now)):
                object.__setattr__(thing, name, value)
        for kind, data in self._classes:
            _put_class(kind, data, self._both_learn if keep_learned else _never)
        for cell, value in self._cells:
            _put_cell(cell, value, self._both_learn if keep_learned else _never)
        for array, copy in self._arrays:
            if array.flags.writeable and not (keep_learned and array.nbytes > MOST_REWOUND_BYTES):
                array[...] = copy

    def prints(self) -> dict[str, Any]:
        """Fingerprints of all state now, by name: two equal ones mean that nothing differs, bit for bit."""
        with _torch.reading():
            found: dict[str, Any] = {}
            for number, (content, _) in enumerate(self._contents):
                tensor = content.tensor
                gradient = tensor.grad if tensor.is_leaf else None
                found[f"{number} {_title(content)}"] = (
                    fingerprint(tensor),
                    None if gradient is None else (id(gradient), fingerprint(gradient)),
                    tensor.requires_grad,
                )
            for number, (_, state) in enumerate(randomness.states(self.reach.generators)):
                found[f"random generator {number}"] = (
                    fingerprint(state) if isinstance(state, torch.Tensor) else repr(state)
                )
            for number, (held, _, _) in enumerate(self._dicts):
                found[f"dict {number}"] = [(key if isinstance(key, str) else id(key), id(held[key])) for key in held]
            for number, (sequence, _, _) in enumerate(self._sequences):
                found[f"list {number}"] = [id(item) for item in sequence]
            for number, (names, _) in enumerate(self._names):
                found[f"frame {number}"] = {name: id(value) for name, value in names.read().items()}
            for number, (group, _) in enumerate(self._sets):
                found[f"set {number}"] = {id(member) for member in group}
            for number, (thing, name, _) in enumerate(self._slots):
                found[f"slot {number} {name}"] = id(getattr(thing, name, _UNBOUND))
            for number, (kind, _) in enumerate(self._classes):
                found[f"class {kind.__name__} {number}"] = {name: id(v) for name, v in class_data(kind).items()}
            for number, (cell, _) in enumerate(self._cells):
                found[f"closure {number}"] = id(_content_of(cell))
            for number, (array, _) in enumerate(self._arrays):
                found[f"array {number}"] = _array_print(array)
        return found


def _contents(reach: Reach) -> list[tuple[Content, bool]]:
    found: list[tuple[Content, bool]] = []
    data_bytes = 0
    gradients: dict[int, torch.Tensor] = {}
    for tensor, learned in reach.tensors.values():
        if not supported(tensor):
            if learned:
                raise UnsupportedError(f"a tensor of type {type(tensor).__name__} on {tensor.device} cannot be copied")
            continue
        data_bytes += 0 if learned else bytes_of(tensor)
        found.append((Content(tensor, copied=learned or data_bytes <= MOST_DATA_BYTES), learned))
        if tensor.is_leaf and tensor.grad is not None:
            gradients[id(tensor.grad)] = tensor.grad
    known = set(reach.tensors)
    found.extend((Content(gradient), True) for key, gradient in gradients.items() if key not in known)
    return found


def _title(content: Content) -> str:
    tensor = content.tensor
    return f"{str(tensor.dtype).removeprefix('torch.')} {tuple(tensor.shape)}"


def _put_dict(held: dict[Any, Any], entries: dict[Any, Any]) -> None:
    """Make ``held`` equal to ``entries``, in their order; most of the time nothing has changed."""
    if len(held) == len(entries) and all(
        a is c and b is d for (a, b), (c, d) in zip(held.items(), entries.items(), strict=True)
    ):
        return
    kind: Any = OrderedDict if isinstance(held, OrderedDict) else dict  # not what a class of the user's makes of it
    if list(held) != list(entries):
        kind.clear(held)
    for key, value in entries.items():
        kind.__setitem__(held, key, value)


def _never(old: Any, new: Any) -> bool:
    return False


def _put_sequence(held: Any, items: list[Any], both_learn: Callable[[Any, Any], bool]) -> None:
    if len(held) == len(items) and all(a is b for a, b in zip(held, items, strict=True)):
        return
    if both_learn(items, list(held)):
        return
    if isinstance(held, list):
        list.__setitem__(held, slice(None), items)
    else:
        held.clear()
        held.extend(items)


def _put_class(kind: type, data: dict[str, Any], both_learn: Callable[[Any, Any], bool]) -> None:
    now = class_data(kind)
    for name, value in data.items():
        if name not in now or (now[name] is not value and not both_learn(value, now[name])):
            type.__setattr__(kind, name, value)
    for name in now.keys() - data.keys():
        type.__delattr__(kind, name)


def _array_print(array: Any) -> object:
    """Arrays of objects are told by which objects they hold, others by a checksum of their bytes."""
    if array.dtype.hasobject:
        return [id(item) for item in array.reshape(-1)]
    return array.dtype.str, array.shape, zlib.crc32(array.tobytes())


def _content_of(cell: CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not bound yet
        return _UNBOUND


def _put_cell(cell: CellType, value: Any, both_learn: Callable[[Any, Any], bool]) -> None:
    now = _content_of(cell)
    if now is value or value is _UNBOUND or both_learn(value, now):
        return
    cell.cell_contents = value
