"""A check is complete only with its page, its bad and its good program."""

from __future__ import annotations

import ast
import difflib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from trialrun.checks.base import Check
from trialrun.checks.registry import all_checks
from trialrun.evidence import Evidence
from trialrun.findings.finding import Severity

ROOT = Path(__file__).resolve().parents[2]
CHECKS = all_checks()
SECTIONS = ["## Why is this bad?", "## Fix", "## Limits", "## References"]


def code(check: Check) -> str:
    return check.code


def test_codes_and_slugs_are_unique() -> None:
    assert len({check.code for check in CHECKS}) == len(CHECKS) == len({check.slug for check in CHECKS})


@pytest.mark.parametrize("check", CHECKS, ids=code)
def test_identity_is_well_formed(check: Check) -> None:
    module = type(check).__module__.rsplit(".", maxsplit=1)[-1]

    assert re.fullmatch(r"[A-Z]{3}\d{3}", check.code)
    assert check.slug.replace("-", "_") == module
    assert isinstance(check.severity, Severity)
    assert all(hasattr(Evidence(), name) for name in check.needs)


@pytest.mark.parametrize("check", CHECKS, ids=code)
def test_page_has_one_line_and_every_section(check: Check) -> None:
    page = check.page()
    lines = page.splitlines()

    assert lines[0].endswith(".")
    assert lines[1] == ""
    assert [line for line in lines if line.startswith("## ")] == SECTIONS
    for section in SECTIONS:
        assert page.split(section)[1].split("## ")[0].strip()


@pytest.mark.parametrize("check", CHECKS, ids=code)
def test_check_has_a_bad_and_a_good_program(check: Check) -> None:
    folder = ROOT / "cases" / f"{check.code}_{check.slug}"
    bad = (folder / "bad.py").read_text(encoding="utf-8")
    good = (folder / "good.py").read_text(encoding="utf-8")

    assert f"# expect: {check.code}\n" in bad
    assert "# expect" not in good
    assert ast.get_docstring(ast.parse(good))
    same = difflib.SequenceMatcher(None, bad.splitlines(), good.splitlines(), autojunk=False).ratio()
    assert same > 0.85, "good.py is bad.py and the fix, nothing else"


def test_every_case_belongs_to_a_check() -> None:
    folders = {folder.name for folder in (ROOT / "cases").iterdir() if folder.is_dir()} - {"clean"}

    assert folders == {f"{check.code}_{check.slug}" for check in CHECKS}


def test_clean_programs_say_what_is_unusual_about_them() -> None:
    for script in (ROOT / "cases" / "clean").glob("*.py"):
        docstring = ast.get_docstring(ast.parse(script.read_text(encoding="utf-8"))) or ""
        assert docstring.startswith("Right though unusual: "), script.name


def test_pages_of_the_checks_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "check_docs.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
