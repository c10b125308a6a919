"""The arguments of a call by the names of the parameters."""

from __future__ import annotations

import functools
import inspect
from typing import Any


@functools.lru_cache(maxsize=64)
def _signature(function: Any) -> inspect.Signature | None:
    try:
        return inspect.signature(function)
    except (TypeError, ValueError):
        return None


def by_name(
    function: Any, args: tuple[Any, ...], kwargs: dict[str, Any], names: tuple[str, ...] = ("input", "target", "weight")
) -> dict[str, Any]:
    """The arguments of a call by the names of the parameters, defaults included, in their order.

    Args:
        names: of the first parameters of a function in C that tells no signature.
    """
    signature = _signature(function)
    if signature is None:
        return {**dict(zip(names, args, strict=False)), **kwargs}
    bound = signature.bind(*args, **kwargs)
    bound.apply_defaults()
    return dict(bound.arguments)
