"""Makes the files of a new check: its own, with the skeleton of its page, and its bad and good program.

    python scripts/new_check.py LOS399 flat-loss --severity warning

The family is that of the other checks with the same letters; new letters need ``--family``. What is made is valid, and
fails tests/cases until all of it is written. Nothing that is there is overwritten.
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
PROGRAM = '''"""What this program is about, in one line; not what is wrong with it."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
raise SystemExit("{task}")
digits = load_digits()
images = torch.tensor(digits.data / 16.0, dtype=torch.float32)
labels = torch.tensor(digits.target)
loader = DataLoader(TensorDataset(images[:1500], labels[:1500]), batch_size=50, shuffle=True)
model = nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 10))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)

for epoch in range(6):
    model.train()
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        right = (model(images[1500:]).argmax(1) == labels[1500:]).float().mean().item()
    print(f"epoch {{epoch}}: loss {{loss.item():.3f}}, accuracy {{right:.3f}}")
'''
BAD_TASK = "to be written: put the defect in, mark its line with '# expect: {code}', take this line out"
GOOD_TASK = "to be written: bad.py without the defect and without the mark, nothing else; take this line out"
LAST = """Write them, then

    .venv/bin/python scripts/check_docs.py
    .venv/bin/pytest tests/cases -k {code}

say what is missing. CONTRIBUTING.md has the order, and what to do where nothing in evidence shows the defect or another
check speaks too."""


def files(code: str, slug: str, family: str, severity: Severity) -> dict[Path, str]:
    """The text of each file of a check."""
    cls = "".join(word.capitalize() for word in slug.split("-"))
    case = ROOT / "cases" / f"{code}_{slug}"
    return {
        CHECKS / family / f"{slug.replace('-', '_')}.py": CHECK.format(
            cls=cls, code=code, slug=slug, severity=severity.name
        ),
        case / "bad.py": PROGRAM.format(task=BAD_TASK.format(code=code)),
        case / "good.py": PROGRAM.format(task=GOOD_TASK),
    }


def family_of(letters: str) -> str | None:
    """The family of the checks whose codes begin with ``letters``; None if there is none."""
    alike = (check for check in all_checks() if check.code.startswith(letters))
    return next((type(check).__module__.split(".")[-2] for check in alike), None)


def main(arguments: list[str]) -> int:
    families = sorted(folder.name for folder in CHECKS.iterdir() if (folder / "__init__.py").is_file())
    parser = argparse.ArgumentParser(description="Makes the files of a new check.")
    parser.add_argument("code", help="three capitals and three digits that no check has: LOS399")
    parser.add_argument("slug", help="names the defect, not the cure: flat-loss")
    parser.add_argument("--family", choices=families, help="the folder; needed only with letters that are new")
    parser.add_argument("--severity", required=True, choices=[severity.value for severity in Severity])
    given = parser.parse_args(arguments)
    if not re.fullmatch(r"[A-Z]{3}\d{3}", given.code):
        parser.error(f"{given.code!r} is no code: three capitals and three digits, such as LOS399")
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", given.slug):
        parser.error(f"{given.slug!r} is no slug: small letters, digits and single hyphens, such as flat-loss")
    for check in all_checks():
        if check.code == given.code or check.slug == given.slug:
            parser.error(f"{check.code} {check.slug} is there already")
    letters = given.code[:3]
    family = family_of(letters) or given.family
    if family is None:
        parser.error(f"no check has the letters {letters}: name their --family")
    if given.family not in (None, family):
        parser.error(f"the letters {letters} are those of the family {family}, not of {given.family}")
    made = files(given.code, given.slug, family, Severity(given.severity))
    there = [path for path in made if path.exists()]
    if there:
        parser.error(f"{there[0].relative_to(ROOT)} is there already")
    for path, text in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(ROOT))
    print(LAST.format(code=given.code))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
