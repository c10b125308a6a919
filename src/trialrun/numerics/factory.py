"""``PKG.MODULE:FACTORY``: imported as a script beside it would import it, and called."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from typing import Any

from trialrun.errors import UsageError
from trialrun.numerics.frames import own_frames
from trialrun.numerics.subject import Subject, from_made


def load(name: str) -> Subject:
    """The subject that the factory called ``name`` makes; the working directory is importable, as for ``python -m``.

    Raises:
        UsageError: there is no such module or factory, it raised an exception of its own, or it returned no model and
            batch.
    """
    return called(_found(name), name)


def called(factory: Callable[[], Any], name: str = "") -> Subject:
    """The subject that ``factory`` makes, and can make again; ``name`` is PKG.MODULE:FACTORY where that is known.

    Raises UsageError where it raised an exception of its own, or returned no model and batch.
    """
    importable = name or _reference(factory)
    title = importable or getattr(factory, "__name__", "make")
    made = from_made(_called(title, factory), title)
    made.remake = lambda: from_made(_called(title, factory), title)
    made.factory = importable
    return made


def _reference(factory: Any) -> str:
    """PKG.MODULE:FACTORY of a function; "" where another process could not import it: a closure, or ``__main__``'s."""
    module, name = getattr(factory, "__module__", None), getattr(factory, "__qualname__", "")
    found: Any = sys.modules.get(module or "")
    for part in name.split("."):
        found = getattr(found, part, None)
    return f"{module}:{name}" if found is factory and module != "__main__" else ""


def _found(name: str) -> Callable[[], Any]:
    module_name, _, attribute = name.partition(":")
    if not module_name or not attribute:
        raise UsageError(f"{name!r} is no factory: write PKG.MODULE:FACTORY, as in models.net:make.")
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        module: Any = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name and module_name.startswith(error.name):
            raise UsageError(f"{name!r}: there is no module {module_name!r} to import from {os.getcwd()}.") from error
        raise UsageError(f"{name!r}: {module_name} could not be imported.\n{own_frames(error)}") from error
    except Exception as error:
        hint = ""
        if isinstance(error, ImportError) and "no known parent package" in str(error):
            parent = os.path.basename(os.getcwd())
            hint = f"\nIt belongs to a package: from the folder above, name {parent}.{module_name}:{attribute}."
        raise UsageError(f"{name!r}: {module_name} could not be imported.\n{own_frames(error)}{hint}") from error
    factory = module
    for part in attribute.split("."):
        factory = getattr(factory, part, None)
        if factory is None:
            known = [key for key, value in vars(module).items() if callable(value) and not key.startswith("_")]
            has = ", ".join(known[:12]) or "nothing that can be called"
            raise UsageError(f"{name!r}: {module_name} has no {attribute!r}. It has: {has}.")
    if not callable(factory):
        raise UsageError(f"{name!r} is of type {type(factory).__name__}, not a function that returns (model, batch).")
    return factory  # type: ignore[no-any-return]


def _called(name: str, factory: Callable[[], Any]) -> Any:
    try:
        return factory()
    except Exception as error:
        raise UsageError(f"{name}() raised {type(error).__name__}: {error}\n{own_frames(error)}") from error
