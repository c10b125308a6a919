"""Writes docs/checks/ from the pages of the checks; with --check, tells whether it is up to date.

    python scripts/check_docs.py [--check]

Exit status 0; with --check, 1 if a page is missing, outdated or left over.
"""

from __future__ import annotations

import sys
from pathlib import Path

from trialrun.checks.base import Check
from trialrun.checks.registry import all_checks

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "checks"


def pages() -> dict[str, str]:
    """The text of each file of docs/checks/, by its name."""
    checks = all_checks()
    texts = {f"{check.code}_{check.slug}.md": _page(check) for check in checks}
    families: dict[str, list[Check]] = {}
    for check in checks:
        families.setdefault(type(check).__module__.split(".")[-2], []).append(check)
    lines = ["# Checks", "", "Generated from the checks' docstrings by `scripts/check_docs.py`.", ""]
    for family, members in families.items():
        lines += [f"## {family.capitalize()}", "", "| code | name | gives at most | what |", "|---|---|---|---|"]
        lines += [
            f"| [{check.code}]({check.code}_{check.slug}.md) | {check.slug} | {check.severity.value} | "
            f"{check.page().splitlines()[0]} |"
            for check in members
        ]
        lines.append("")
    texts["README.md"] = "\n".join(lines)
    return texts


def _page(check: Check) -> str:
    parts = [f"# {check.code} {check.slug}", check.page()]
    for title, name in (("Example", "bad"), ("The same, mended", "good")):
        file = ROOT / "cases" / f"{check.code}_{check.slug}" / f"{name}.py"
        parts += [f"## {title}", f"```python\n{file.read_text(encoding='utf-8').strip()}\n```"]
    return "\n\n".join(parts) + "\n"


def main(arguments: list[str]) -> int:
    texts = pages()
    if arguments == ["--check"]:
        there = {file.name: file.read_text(encoding="utf-8") for file in FOLDER.glob("*.md")}
        wrong = sorted(name for name in texts.keys() | there.keys() if texts.get(name) != there.get(name))
        for name in wrong:
            print(f"docs/checks/{name} is out of date: run python scripts/check_docs.py", file=sys.stderr)
        return 1 if wrong else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for file in FOLDER.glob("*.md"):
        if file.name not in texts:
            file.unlink()
    for name, text in texts.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
