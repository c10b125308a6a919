"""Python children of a script whose writes are redirected: they redirect their own, from their first line on."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from trialrun.evidence.program import BlockedRecord
from trialrun.target.containment.rules import Rules

_VARIABLE = "TRIALRUN_CONTAINMENT"
_PATHS = ("cwd", "scratch", "run_dir")

# Python imports a module of this name at start. Where ours cannot be loaded the child must not run with its writes
# open, unless the kernel stops them; a module of that name that the user has runs after it.
_STARTER = """
import sys
sys.path.append({source!r})
try:
    from trialrun.target.containment.children import enter_child
    enter_child()
except ImportError as error:
    if {method!r} == "redirection":
        raise SystemExit(f"trialrun: this Python's writes cannot be kept apart: {{error}}")
if {folder!r} in sys.path:
    sys.path.remove({folder!r})
own = sys.modules.pop("sitecustomize", None)
try:
    import sitecustomize
except ImportError:
    if own is not None:
        sys.modules["sitecustomize"] = own
"""


def prepare_children(rules: Rules, method: str) -> dict[str, str]:
    """Let Python children of this process redirect too; returns the variables they need, set here already."""
    folder = rules.scratch / "site"
    folder.mkdir(parents=True, exist_ok=True)
    source = str(Path(__file__).resolve().parents[3])
    starter = _STARTER.format(source=source, folder=str(folder), method=method)
    (folder / "sitecustomize.py").write_text(starter, encoding="utf-8")
    variables = {
        _VARIABLE: json.dumps(
            {name: str(getattr(rules, name)) for name in _PATHS}
            | {"allow_write": [str(path) for path in rules.allow_write], "allow_exec": list(rules.allow_exec)}
            | {"allow_network": rules.allow_network, "method": method}
        ),
        "PYTHONPATH": os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH")))),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    os.environ.update(variables)
    return variables


def enter_child() -> None:
    """What ``sitecustomize`` calls in a child; does nothing where no rehearsal started it."""
    from trialrun.target.containment.ways import enter_redirection

    text = os.environ.get(_VARIABLE)
    if text is not None:
        given = json.loads(text)
        rules = Rules(
            cwd=Path(given["cwd"]),
            scratch=Path(given["scratch"]),
            run_dir=Path(given["run_dir"]),
            allow_write=tuple(map(Path, given["allow_write"])),
            allow_network=given["allow_network"],
            allow_exec=tuple(given["allow_exec"]),
            method=given["method"],
        )
        enter_redirection(rules, given["method"], _report)


def _report(record: BlockedRecord) -> None:
    print(f"trialrun: refused {record.kind} {record.target}", file=sys.stderr)
