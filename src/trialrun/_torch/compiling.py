"""torch.compile as an experiment needs it: no silent way back to eager, and nothing of it left behind."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterator
from typing import Any

import torch

# Beyond so many recompilations dynamo runs the code as it is, without a word; renamed in torch 2.7.
_LIMIT_IS_AN_ERROR = ("fail_on_recompile_limit_hit", "fail_on_cache_limit_hit")


@contextlib.contextmanager
def compiler(used: bool) -> Iterator[None]:
    """Within, what torch.compile cannot do raises; afterwards its settings are as before and its caches empty.

    Unless it is ``used`` nothing is done: dynamo takes a second to import.
    """
    if not used:
        yield
        return
    dynamo = _dynamo()
    changes = {name: True for name in _LIMIT_IS_AN_ERROR if _is_setting(dynamo.config, name)}
    with dynamo.config.patch({**changes, "suppress_errors": False}):
        try:
            yield
        finally:
            dynamo.reset()


def forget_compiled() -> None:
    """Empties the caches of torch.compile, so that one model's graphs do not count as recompilations of the next."""
    _dynamo().reset()


def graphs_compiled() -> int:
    """Graphs that torch.compile has made in this process."""
    return int(_dynamo().utils.counters["stats"]["unique_graphs"])


def mark_batch_axis(tensor: torch.Tensor) -> None:
    """Lets torch.compile make one graph for all lengths of axis 0 of ``tensor``; a hint, not a demand."""
    _dynamo().maybe_mark_dynamic(tensor, 0)


def _dynamo() -> Any:
    return importlib.import_module("torch._dynamo")


def _is_setting(config: Any, name: str) -> bool:
    try:
        getattr(config, name)
    except AttributeError:
        return False
    return True
