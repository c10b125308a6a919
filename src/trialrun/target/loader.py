"""Run the user's program as ``python script.py`` or ``python -m pkg.module`` would, its own sources watched."""

from __future__ import annotations

import builtins
import importlib.abc
import importlib.machinery
import importlib.util
import os
import runpy
import site
import sys
import sysconfig
import types
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from types import CodeType

from trialrun.target.instrument import Instrumenter
from trialrun.target.program import Program

_PACKAGE = str(Path(__file__).resolve().parent.parent)


def shown(path: str, cwd: str) -> str:
    """``path`` as reports show it: relative to the working directory where that is shorter."""
    try:
        relative = os.path.relpath(path, cwd)
    except ValueError:  # another drive
        return path
    return relative if len(relative) < len(path) and not relative.startswith(os.pardir + os.sep + os.pardir) else path


class OwnSources:
    """Tells the user's own files from what is installed."""

    def __init__(self) -> None:
        folders = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
        folders.update(site.getsitepackages() if hasattr(site, "getsitepackages") else ())
        folders.add(site.getusersitepackages())
        self._installed = tuple(os.path.realpath(folder) + os.sep for folder in folders if folder)

    def __contains__(self, path: str) -> bool:
        real = os.path.realpath(path)
        if not real.endswith(".py") or real.startswith((_PACKAGE + os.sep, *self._installed)):
            return False
        return not {"site-packages", "dist-packages"} & set(Path(real).parts)


class _WatchedLoader(importlib.machinery.SourceFileLoader):
    """Loads one of the user's modules from its rewritten source; never writes byte code."""

    def __init__(self, fullname: str, path: str, instrumenter: Instrumenter, cwd: str) -> None:
        super().__init__(fullname, path)
        self._instrumenter = instrumenter
        self._cwd = cwd

    def get_code(self, fullname: str) -> CodeType | None:
        path = self.get_filename(fullname)
        return self._instrumenter.compile(self.get_data(path), path, shown(path, self._cwd))


class ImportHook(importlib.abc.MetaPathFinder):
    """Hands the user's own modules to :class:`_WatchedLoader`; everything else is found as ever."""

    def __init__(self, instrumenter: Instrumenter, cwd: str) -> None:
        self._instrumenter = instrumenter
        self._cwd = cwd
        self._own = OwnSources()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.origin is None or type(spec.loader) is not importlib.machinery.SourceFileLoader:
            return None
        if spec.origin not in self._own:
            return None
        spec.loader = _WatchedLoader(fullname, spec.origin, self._instrumenter, self._cwd)
        spec.cached = None
        return spec

    def install(self) -> None:
        """Ask this hook first from now on."""
        sys.meta_path.insert(0, self)


_imported_before = 0  # modules that were there when the program began
_last_before: tuple[str, object] | None = None  # the last of them: ``sys.modules`` keeps the order of import


def imported_modules() -> list[tuple[str, types.ModuleType]]:
    """Names and modules that the program has imported, ``__main__`` included; all there are where that is unknown.

    Those that were there before are not even looked at: in a forked child each look at one copies the page it is on,
    for the 3,400 modules of torch 20 MB.
    """
    least = max(0, len(sys.modules) - _imported_before) + 1
    since: list[tuple[str, object]] = list(islice(reversed(sys.modules.items()), least))
    if since[-1:] == [_last_before]:
        since = [*since[:-1], ("__main__", sys.modules.get("__main__"))]
    else:  # the program has removed some of them
        since = list(sys.modules.items())
    return [(name, module) for name, module in since if isinstance(module, types.ModuleType)]


def run(program: Program, instrumenter: Instrumenter) -> None:
    """Run the program to its end in this process; whatever it raises leaves here, SystemExit included.

    Raises what ``compile`` raises for a source that cannot be compiled.
    """
    global _imported_before, _last_before
    _imported_before, _last_before = len(sys.modules), next(reversed(sys.modules.items()))
    instrumenter.install()
    hook = ImportHook(instrumenter, program.cwd)
    hook.install()
    sys.path.insert(0, program.cwd if program.module else os.path.dirname(os.path.abspath(program.path)))
    if program.module is None:
        _run_script(program, instrumenter)
    else:
        _run_module(program, program.module, instrumenter)


def _main_module(program: Program, path: str) -> types.ModuleType:
    main = types.ModuleType("__main__")
    main.__file__ = path
    main.__loader__ = importlib.machinery.SourceFileLoader("__main__", path)
    vars(main).update(__builtins__=builtins, __cached__=None, __annotations__={})
    sys.modules["__main__"] = main
    return main


def _run_script(program: Program, instrumenter: Instrumenter) -> None:
    path = os.path.abspath(program.path)
    sys.argv[:] = [program.path, *program.argv]
    code = instrumenter.compile(Path(path).read_bytes(), path, shown(path, program.cwd))
    main = _main_module(program, path)
    exec(code, vars(main))


def _run_module(program: Program, module: str, instrumenter: Instrumenter) -> None:
    sys.argv[:] = [module, *program.argv]
    # The standard library's own resolution, so that packages are imported and ``__main__`` is found as by python -m.
    _, spec, _ = runpy._get_module_details(module)  # type: ignore[attr-defined]
    path = str(spec.origin)
    sys.argv[0] = path
    code = instrumenter.compile(Path(path).read_bytes(), path, shown(path, program.cwd))
    main = _main_module(program, path)
    main.__spec__ = spec
    main.__package__ = spec.parent
    main.__loader__ = spec.loader
    exec(code, vars(main))
