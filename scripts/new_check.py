"""Makes the files of a new check: its own, with the skeleton of its page, and its bad and good program.

    python scripts/new_check.py LOS399 flat-loss --family loss --severity warning

What is made is valid, and fails tests/cases until all of it is written. Nothing that is there is overwritten.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from trialrun.checks.registry import all_checks
from trialrun.findings.finding import Severity

ROOT = Path(__file__).resolve().parent.parent
CHECKS = ROOT / "src" / "trialrun" / "checks"

CHECK = '''"""What is wrong, in one sentence

## Why is this bad?

## Fix

## Limits

## References
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.evidence import Evidence
from trialrun.findings.finding import Finding, Severity


class {cls}(Check):
    code = "{code}"
    slug = "{slug}"
    severity = Severity.{severity}
    needs = ("update",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        """Gives ``self.finding(message, fix, where=..., measured=...)`` for each defect that evidence shows."""
        return ()
'''
BAD = '''"""What this program is about, in one line; not what is wrong with it."""

raise SystemExit("to be written: a small whole program with the defect, its line marked with '# expect: {code}'")
'''
GOOD = '''"""What this program is about, in one line; not what is wrong with it."""

raise SystemExit("to be written: bad.py without the defect and without the mark, nothing else")
'''


def files(code: str, slug: str, family: str, severity: Severity) -> dict[Path, str]:
    """The text of each file of a check."""
    cls = "".join(word.capitalize() for word in slug.split("-"))
    case = ROOT / "cases" / f"{code}_{slug}"
    return {
        CHECKS / family / f"{slug.replace('-', '_')}.py": CHECK.format(
            cls=cls, code=code, slug=slug, severity=severity.name
        ),
        case / "bad.py": BAD.format(code=code),
        case / "good.py": GOOD,
    }


def main(arguments: list[str]) -> int:
    families = sorted(folder.name for folder in CHECKS.iterdir() if (folder / "__init__.py").is_file())
    parser = argparse.ArgumentParser(description="Makes the files of a new check.")
    parser.add_argument("code", help="three capitals and three digits that no check has: LOS399")
    parser.add_argument("slug", help="names the defect, not the cure: flat-loss")
    parser.add_argument("--family", required=True, choices=families)
    parser.add_argument("--severity", required=True, choices=[severity.value for severity in Severity])
    given = parser.parse_args(arguments)
    if not re.fullmatch(r"[A-Z]{3}\d{3}", given.code):
        parser.error(f"{given.code!r} is no code: three capitals and three digits, such as LOS399")
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", given.slug):
        parser.error(f"{given.slug!r} is no slug: small letters, digits and single hyphens, such as flat-loss")
    for check in all_checks():
        if check.code == given.code or check.slug == given.slug:
            parser.error(f"{check.code} {check.slug} is there already")
    made = files(given.code, given.slug, given.family, Severity(given.severity))
    there = [path for path in made if path.exists()]
    if there:
        parser.error(f"{there[0].relative_to(ROOT)} is there already")
    for path, text in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(ROOT))
    print(f"Write them; `pytest tests/cases -k {given.code}` says what is missing. See CONTRIBUTING.md.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
