"""A clone can be changed without the original knowing; what is no data stays itself."""

from __future__ import annotations

from collections import OrderedDict, namedtuple
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy
import pytest
import torch

from trialrun.experiments.clone import cloned, tensor_bytes, tensors_of

Pair = namedtuple("Pair", "x y")


@dataclass
class Batch:
    x: torch.Tensor
    names: list[str] = field(default_factory=list)


class Encoding(dict):  # type: ignore[type-arg]
    """As a tokeniser's output: a dictionary with attributes."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.lengths = torch.ones(2)


def ones() -> torch.Tensor:
    return torch.ones(2, 3)


MADE: dict[str, tuple[Callable[[], Any], Callable[[Any], torch.Tensor]]] = {
    "a tensor": (ones, lambda item: item),
    "a tuple": (lambda: (ones(), 1, "a"), lambda item: item[0]),
    "a list in a dictionary": (lambda: {"x": [ones()]}, lambda item: item["x"][0]),
    "a named tuple": (lambda: Pair(ones(), ones()), lambda item: item.y),
    "a dataclass": (lambda: Batch(ones()), lambda item: item.x),
    "an ordered dictionary": (lambda: OrderedDict(x=ones()), lambda item: item["x"]),
    "a dictionary of one's own": (lambda: Encoding({"x": ones()}), lambda item: item["x"]),
    "its attributes": (lambda: Encoding({"x": ones()}), lambda item: item.lengths),
    "an array": (lambda: numpy.ones((2, 3)), torch.from_numpy),
    "half precision": (lambda: ones().half(), lambda item: item),
    "integers": (lambda: ones().long(), lambda item: item),
    "a view": (lambda: torch.ones(4, 3)[::2].T, lambda item: item),
}


@pytest.mark.parametrize(("make", "tensor"), MADE.values(), ids=MADE)
def test_the_original_keeps_its_content(make: Callable[[], Any], tensor: Callable[[Any], torch.Tensor]) -> None:
    original = make()
    copy = cloned(original)
    assert type(copy) is type(original)
    assert torch.equal(tensor(copy), tensor(original)) and tensor(copy).dtype == tensor(original).dtype
    tensor(copy).mul_(0)
    assert bool((tensor(original) == 1).all())


def test_containers_are_new_ones() -> None:
    batch = {"x": ones(), "meta": {"ids": [1, 2]}, "kinds": {"a"}}
    copy = cloned(batch)
    copy.pop("x")
    copy["meta"]["ids"].append(3)
    copy["kinds"].clear()
    assert list(batch) == ["x", "meta", "kinds"]
    assert batch["meta"] == {"ids": [1, 2]} and batch["kinds"] == {"a"}
    assert cloned(Batch(ones(), ["a"])).names is not None


def test_what_is_shared_stays_shared_and_a_circle_ends() -> None:
    x = ones()
    first, second = cloned((x, [x]))
    assert first is second[0] and first is not x


THINGS: dict[str, Callable[[], object]] = {
    "a model": lambda: torch.nn.Linear(1, 1),
    "a parameter": lambda: torch.nn.Parameter(torch.ones(1)),
    "an optimiser": lambda: torch.optim.SGD([torch.nn.Parameter(torch.ones(1))]),
    "a generator": torch.Generator,
    "an iterator": lambda: iter([1]),
    "a function": lambda: len,
    "a number": lambda: 3,
    "a dtype": lambda: torch.float16,
    "what comes out of a graph": lambda: torch.ones(1, requires_grad=True) * 2,
}


@pytest.mark.parametrize("make", THINGS.values(), ids=THINGS)
def test_what_is_no_data_stays_itself(make: Callable[[], object]) -> None:
    value = make()
    assert cloned([value])[0] is value


def test_bytes_and_tensors_in_containers() -> None:
    held = {"x": ones(), "more": [ones().double(), (numpy.ones(3), "text")]}
    assert tensor_bytes(held) == 24 + 48 + 24
    assert len(list(tensors_of([held, Batch(ones()), torch.nn.Linear(1, 1)]))) == 3
