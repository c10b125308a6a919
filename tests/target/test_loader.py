"""Which modules the program has imported, told without looking at all that were there before it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from tests.target.conftest import Conducted
from trialrun.target import loader
from trialrun.target.instrument import Instrumenter
from trialrun.target.program import Program

PLANTED = ("planted_before", "planted_last")  # modules that are there before the program begins


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run_program: Callable[..., Conducted]
) -> Callable[[str], dict[str, ModuleType]]:
    """Runs a program as a child does; returns what it is said to have imported."""
    monkeypatch.setattr(sys, "modules", dict(sys.modules))  # a copy: the import system goes on with the true one
    for name in PLANTED:
        sys.modules[name] = ModuleType(name)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.setattr(sys, "argv", list(sys.argv))
    for name in ("_imported_before", "_last_before"):
        monkeypatch.setattr(loader, name, getattr(loader, name))

    def execute(source: str) -> dict[str, ModuleType]:
        script = tmp_path / "train.py"
        script.write_text("import sys; from types import ModuleType\n" + source)
        loader.run(Program(str(script), None, (), str(tmp_path)), Instrumenter(run_program("").loops))
        return dict(loader.imported_modules())

    return execute


def test_what_was_there_before_is_left_out(run: Callable[[str], dict[str, ModuleType]]) -> None:
    found = run("sys.modules['mine'] = ModuleType('mine')\nsys.modules['number'] = 3")
    assert {"mine", "__main__"} <= set(found)
    assert not set(found) & {"number", "pytest", *PLANTED}
    assert found["__main__"].__file__ is not None and found["__main__"].__file__.endswith("train.py")


@pytest.mark.parametrize("name", PLANTED)
@pytest.mark.parametrize("again", [False, True])
def test_all_are_looked_at_where_the_program_has_removed_one(
    run: Callable[[str], dict[str, ModuleType]], name: str, again: bool
) -> None:
    back = f"sys.modules['{name}'] = ModuleType('{name}')\n" if again else ""
    found = run(f"del sys.modules['{name}']\n{back}sys.modules['mine'] = ModuleType('mine')")
    assert {"mine", "__main__", "pytest"} <= set(found)
    assert (name in found) == again
