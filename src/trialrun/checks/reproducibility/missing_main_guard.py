"""Worker processes are started from the module level, without `if __name__ == "__main__":`.

## Why is this bad?

A worker that is started by "spawn" or "forkserver" imports the script again. Without the guard it runs it: it builds
the model, comes to the same loop and would start workers of its own, and Python stops it with "An attempt has been made
to start a new process before the current process has finished its bootstrapping phase"; the loader then fails.
"spawn" is the default on Windows and macOS, "forkserver" on Linux from Python 3.14 on. Only "fork", the default on
Linux before that, copies the running process and gets away with it.

## Fix

Put what the script does into a function and call it under the guard:

    if __name__ == "__main__":
        main()

## Limits

Judged where a loader with workers is iterated by what the module level of the script runs or calls, and its text
nowhere names `__name__`. A program that is only ever run on Linux with "fork" works as it is: ignore the warning there.
A package that is started by its `__main__.py` needs no guard: that file is not imported again.

## References

Python documentation, `multiprocessing`, "Safe importing of main module".
"""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.source_trees import tree_of
from trialrun.checks.wording import count
from trialrun.evidence import Evidence
from trialrun.evidence.place import Where
from trialrun.findings.finding import Finding, Mend, Severity


class MissingMainGuard(Check):
    code = "REP902"
    slug = "missing-main-guard"
    severity = Severity.WARNING
    needs = ("loader",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        for loader in evidence.loader:
            where = _place(loader.main, evidence.source)
            if not loader.workers or where is None or posixpath.basename(where.file) == "__main__.py":
                continue
            if _looks_at_its_name(evidence.source[where.file]):
                continue
            yield self.finding(
                f"This line runs at the module level and starts {count(loader.workers, 'worker process')}, with no "
                '`if __name__ == "__main__":` in the file. Where workers are started by "spawn" (Windows, macOS) or '
                '"forkserver" (Linux from Python 3.14 on), each imports the script, runs it again and is stopped; '
                'with "fork" it works.',
                'Move what the script does into main() and call it under `if __name__ == "__main__":`. If it is only '
                "ever run on Linux with fork, this is legitimate.",
                where=where,
                measured={"workers": loader.workers},
                expected="worker processes started under a main guard",
                mend=Mend("main_guard"),
            )
            return  # one guard mends all


def _place(main: Where | None, source: dict[str, str]) -> Where | None:
    """``main`` with its file as the evidence names it; None for a file that is not the user's."""
    if main is None:
        return None
    path = main.file.replace("\\", "/")
    files = [file for file in source if path == file or path.endswith("/" + file)]
    return Where(max(files, key=len), main.line, main.function) if files else None


def _looks_at_its_name(text: str) -> bool:
    """Whether the file compares ``__name__`` anywhere; True where it can't be read."""
    tree = tree_of(text)
    if tree is None:
        return True
    return any(isinstance(node, ast.Name) and node.id == "__name__" for node in ast.walk(tree))
