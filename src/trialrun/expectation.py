"""``trialrun.expect``: what a tensor has to be, said in one line of the program that uses it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeVar

T = TypeVar("T")


class ExpectationError(AssertionError):
    """A tensor is not what was expected; the message repeats both."""


def expect(
    value: T,
    shape: str | None = None,
    *,
    dtype: object = None,
    range: tuple[float | None, float | None] | None = None,
    name: str = "tensor",
) -> T:
    """Raise unless ``value`` is as described; return it, so that the call can stand in an expression.

    ::

        images = trialrun.expect(images, "B 3 224 224", dtype=torch.float32, range=(0, 1))
        trialrun.expect(scores, "B B")  # a name stands for one size: square
        trialrun.expect(hidden, "... 512", dtype="float32")

    Args:
        value: a tensor, or anything with ``shape``, ``dtype``, ``min()`` and ``max()`` (a NumPy array).
        shape: one word for each axis: a number is that size, a name any size, the same each time it is written, ``_``
            any size, ``...`` (once) any number of axes. None: not looked at.
        dtype: ``torch.float32`` or ``"float32"``. None: not looked at.
        range: least and greatest value allowed, both included; None for one of them: no bound. NaN is in no range. On
            an accelerator this waits for the device.
        name: how the message calls it.

    Raises:
        ExpectationError: it is not so.
        ValueError: ``shape`` holds ``...`` twice.
    """
    tensor: Any = value
    if shape is not None:
        reason = _shape_fault(tuple(tensor.shape), shape.split())
        if reason:
            raise ExpectationError(f"{name} has shape {_sizes(tensor.shape)}, expected ({shape}): {reason}.")
    if dtype is not None and _plain(tensor.dtype) != _plain(dtype):
        raise ExpectationError(f"{name} has dtype {_plain(tensor.dtype)}, expected {_plain(dtype)}.")
    if range is not None and math.prod(tensor.shape):
        low, high = float(tensor.min()), float(tensor.max())
        least, most = (-math.inf if range[0] is None else range[0]), (math.inf if range[1] is None else range[1])
        if not (least <= low and high <= most):
            raise ExpectationError(f"{name} holds values from {low:g} to {high:g}, expected {least:g} to {most:g}.")
    return value


def _shape_fault(sizes: tuple[int, ...], words: Sequence[str]) -> str:
    """Why ``sizes`` are not those of ``words``; "" if they are."""
    if words.count("...") > 1:
        raise ValueError(f"{' '.join(words)!r} holds ... more than once")
    if "..." in words:
        before, after = list(words[: words.index("...")]), list(words[words.index("...") + 1 :])
        if len(sizes) < len(before) + len(after):
            return f"it has {len(sizes)} axes, at least {len(before) + len(after)} are wanted"
        pairs = [*zip(sizes, before), *zip(sizes[len(sizes) - len(after) :], after)]  # noqa: B905 - cut on purpose
    elif len(sizes) != len(words):
        return f"it has {len(sizes)} axes, {len(words)} are wanted"
    else:
        pairs = list(zip(sizes, words, strict=True))
    known: dict[str, int] = {}
    for size, word in pairs:
        if word.lstrip("-").isdigit():
            if size != int(word):
                return f"{size} where {word} is wanted"
        elif word != "_" and known.setdefault(word, size) != size:
            return f"{word} is {known[word]} in one place and {size} in another"
    return ""


def _sizes(shape: Sequence[int]) -> str:
    return f"({' '.join(str(size) for size in shape)})"


def _plain(dtype: object) -> str:
    return str(dtype).removeprefix("torch.").removeprefix("<class 'numpy.").removesuffix("'>")
