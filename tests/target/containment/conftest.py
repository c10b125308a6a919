"""Running code under containment: always in a child, for it cannot be left again."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

_BEFORE = """
import json, os, sys
from pathlib import Path
from trialrun.errors import TrialrunError
from trialrun.target.containment import Rules, enter

blocked = []

def rules(**changes):
    run = Path(os.path.join(os.getcwd(), ".trialrun", "run"))
    given = dict(cwd=Path(os.getcwd()), scratch=run / "scratch", run_dir=run)
    return Rules(**{**given, **changes})

def begin(**changes):
    return enter(rules(**changes), lambda record: blocked.append([record.kind, record.target]))

def answer(value):
    os.write(output, json.dumps(value).encode())

output = os.dup(1)
"""


def _run(code: str, cwd: Path) -> Any:
    text = _BEFORE + textwrap.dedent(code)
    done = subprocess.run([sys.executable, "-c", text], cwd=cwd, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def in_child() -> Callable[..., Any]:
    """``in_child(code, cwd)`` runs ``code`` in a fresh Python and returns what it gave to ``answer``."""
    return _run


_TRY = """
try:
    begin(method="{method}")
    answer("")
except TrialrunError as error:
    answer(str(error))
"""


@pytest.fixture(scope="session")
def unavailable(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Why a way cannot be used on this machine, by its name; empty where it can."""
    return {
        method: _run(_TRY.format(method=method), tmp_path_factory.mktemp(method)) for method in ("overlay", "landlock")
    }


@pytest.fixture
def needs_namespaces(unavailable: dict[str, str]) -> None:
    """Skips where this machine lets its user have no mount namespace."""
    if unavailable["overlay"]:
        pytest.skip(unavailable["overlay"])


@pytest.fixture(autouse=True)
def _method_is_available(request: pytest.FixtureRequest, unavailable: dict[str, str]) -> None:
    """Skips a test of a ``method`` that this machine does not have."""
    parameters = request.node.callspec.params if hasattr(request.node, "callspec") else {}
    reason = unavailable.get(parameters.get("method", ""), "")
    if reason:
        pytest.skip(reason)
