"""Libraries whose native code takes a path: the path is mapped before they see it.

Patched when they are imported, or at once where they already are. Only public functions are touched.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import sys
from collections.abc import Callable
from importlib.abc import MetaPathFinder
from types import ModuleType
from typing import Any

# (path as the script gives it, how it is opened: "r" read, "w" written anew, "a" changed) -> path for the native code
Mapper = Callable[[str, str], str]

# module -> (function, position of the path, its keyword, how it opens the file)
_FUNCTIONS: dict[str, tuple[tuple[str, int, str, str], ...]] = {
    "torch": (("save", 1, "f", "w"), ("load", 0, "f", "r"), ("from_file", 0, "filename", "a")),
    "torch.serialization": (("save", 1, "f", "w"), ("load", 0, "f", "r")),
    "torch.jit": (("save", 1, "f", "w"), ("load", 0, "f", "r")),
    "torchvision.io": (
        ("write_file", 0, "filename", "w"),
        ("write_png", 1, "filename", "w"),
        ("write_jpeg", 1, "filename", "w"),
        ("read_file", 0, "path", "r"),
    ),
    "safetensors": (("serialize_file", 1, "filename", "w"), ("safe_open", 0, "filename", "r")),
    "cv2": (("imwrite", 0, "filename", "w"), ("imread", 0, "filename", "r")),
    "sqlite3": (("connect", 0, "database", "a"),),
    "sqlite3.dbapi2": (("connect", 0, "database", "a"),),
}


def map_libraries(mapper: Mapper, shown: Callable[[str], str]) -> None:
    """Let every library named above see mapped paths. ``shown`` turns a mapped path back."""
    pending: dict[str, Callable[[ModuleType], None]] = {name: functools.partial(_patch, mapper) for name in _FUNCTIONS}
    pending["h5py.h5f"] = functools.partial(_patch_h5py, mapper, shown)
    for name in [name for name in pending if name in sys.modules]:
        pending.pop(name)(sys.modules[name])
    sys.meta_path.insert(0, _AtImport(pending))


class _AtImport(MetaPathFinder):
    def __init__(self, pending: dict[str, Callable[[ModuleType], None]]) -> None:
        self._pending = pending

    def find_spec(self, fullname: str, path: Any, target: ModuleType | None = None) -> Any:
        patch = self._pending.pop(fullname, None)
        if patch is None:
            return None
        spec = importlib.util.find_spec(fullname)  # by the other finders: this one has let go of the name
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            patch(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def _patch(mapper: Mapper, module: ModuleType) -> None:
    for name, position, keyword, how in _FUNCTIONS[module.__name__]:
        function = getattr(module, name, None)
        if function is not None and not hasattr(function, "maps_paths"):
            mapped = _sqlite(mapper) if name == "connect" else functools.partial(_one, mapper, how)
            setattr(module, name, _wrap(function, position, keyword, mapped))


def _wrap(function: Any, position: int, keyword: str, mapped: Callable[[Any, dict[str, Any]], Any]) -> Any:
    @functools.wraps(function, updated=())
    def call(*args: Any, **kwargs: Any) -> Any:
        if len(args) > position:
            args = (*args[:position], mapped(args[position], kwargs), *args[position + 1 :])
        elif keyword in kwargs:
            kwargs[keyword] = mapped(kwargs[keyword], kwargs)
        return function(*args, **kwargs)

    call.maps_paths = True  # type: ignore[attr-defined]
    return call


def _one(mapper: Mapper, how: str, path: Any, _options: dict[str, Any]) -> Any:
    if not isinstance(path, (str, os.PathLike)):
        return path  # an open file: its descriptor is mapped already
    return mapper(os.fsdecode(path), how)


def _sqlite(mapper: Mapper) -> Callable[[Any, dict[str, Any]], Any]:
    def database(path: Any, options: dict[str, Any]) -> Any:
        if not isinstance(path, (str, bytes, os.PathLike)):
            return path
        text = os.fsdecode(path)
        if text in ("", ":memory:") or "mode=memory" in text:
            return path
        if options.get("uri") and text.startswith("file:"):
            name, mark, query = text[5:].partition("?")
            name = name[2:] if name.startswith("///") else name
            reads = "mode=ro" in query or "immutable=1" in query
            return "file:" + mapper(name, "r" if reads else "a") + mark + query
        return mapper(text, "a")

    return database


def _patch_h5py(mapper: Mapper, shown: Callable[[str], str], module: ModuleType) -> None:
    """HDF5 opens and makes files by name; ``h5py.File`` goes through these two, and asks for the name again."""
    open_file, make_file, name_of = module.open, module.create, module.get_name

    @functools.wraps(open_file)
    def open_(name: bytes, flags: int = module.ACC_RDWR, fapl: Any = None) -> Any:
        return open_file(
            os.fsencode(mapper(os.fsdecode(name), "r" if flags == module.ACC_RDONLY else "a")), flags, fapl=fapl
        )

    @functools.wraps(make_file)
    def create(name: bytes, flags: int = module.ACC_TRUNC, *args: Any, **kwargs: Any) -> Any:
        text = os.fsdecode(name)
        if flags & module.ACC_EXCL and os.path.exists(text):
            raise FileExistsError(17, "Unable to create file, it exists", text)
        return make_file(os.fsencode(mapper(text, "w")), flags, *args, **kwargs)

    @functools.wraps(name_of)
    def get_name(identifier: Any) -> Any:
        return os.fsencode(shown(os.fsdecode(name_of(identifier))))

    module.open, module.create, module.get_name = open_, create, get_name  # type: ignore[attr-defined]
