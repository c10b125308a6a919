"""Rules of the house that no tool checks by itself."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
LONGEST_FILE = 300  # lines; a longer file holds more than one thing
LONGEST_GUIDE = 60  # lines of CONTRIBUTING.md


def test_no_file_is_too_long() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert not {str(path.relative_to(ROOT)): n for path, n in lengths.items() if n > LONGEST_FILE}


def test_no_module_is_called_utils() -> None:
    names = {"utils", "util", "helpers", "misc", "common"}
    assert not [path for path in SOURCES if path.stem in names or path.parent.name in names]


def test_every_module_says_what_it_is_for() -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in SOURCES}
    silent = [path for path, text in texts.items() if text.strip() and not ast.get_docstring(ast.parse(text))]
    assert not silent


def test_nothing_is_left_to_do() -> None:
    marker = re.compile(r"\b(TODO|FIXME|XXX)\b|raise NotImplementedError")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in SOURCES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if marker.search(line)
    ]
    assert not found


def test_the_project_is_configured_in_one_file() -> None:
    others = ("setup.py", "setup.cfg", "tox.ini", "pytest.ini", "mypy.ini", ".flake8", "ruff.toml", "requirements.txt")
    assert not [name for name in others if (ROOT / name).exists()]


def test_the_guide_for_contributors_stays_short() -> None:
    assert len((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines()) <= LONGEST_GUIDE


def test_the_readme_shows_code_early_and_its_tree_is_the_tree() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    first_code = next(number for number, line in enumerate(lines, start=1) if line.startswith(("    ", "```")))
    assert first_code <= 15
    named = set(re.findall(r"^ {4,}([\w./]+/|\w+\.py) {2,}\S", "\n".join(lines), flags=re.MULTILINE))
    package = ROOT / "src" / "trialrun"
    parts = {p.name + "/" for p in package.iterdir() if p.is_dir() and any(p.glob("*.py"))}
    modules = {p.name for p in package.glob("*.py") if not p.name.startswith("__")}
    assert parts | modules <= named, f"the README's tree lacks {sorted((parts | modules) - named)}"


def test_a_page_for_every_decision_is_in_the_index() -> None:
    pages = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    index = (ROOT / "docs" / "decisions" / pages[0]).read_text(encoding="utf-8")
    assert not [page for page in pages[1:] if page not in index]
    assert len({page[:4] for page in pages}) == len(pages), "a number belongs to one page"
