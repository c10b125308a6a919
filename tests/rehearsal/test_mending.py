"""``--diff`` and ``--fix`` on a real script."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from trialrun.evidence import Evidence
from trialrun.findings.finding import Finding, Location, Mend, Severity
from trialrun.findings.result import Target
from trialrun.rehearsal import mending
from trialrun.report.result import RehearsalResult

from .conftest import Command

STALE = """
import torch
from torch import nn
torch.manual_seed(0)
x = torch.randn(64, 8)
y = (x.sum(1) > 0).long()
model = nn.Linear(8, 2)  # trialrun: ignore[GRD4001]
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for step in range(20):
    loss = nn.functional.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
"""


def test_the_diff_alone_is_on_stdout_and_applies(command: Command) -> None:
    ended = command.run(STALE, "--stages", "smoke", "--diff")
    assert ended.status == 1
    assert ended.out.startswith("--- a/train.py\n+++ b/train.py\n@@")
    assert "+    optimizer.zero_grad()\n" in ended.out
    assert "GRD401" in ended.err
    assert "Warning: train.py:7: ignore[GRD4001] silences nothing" in ended.err.replace("\n    ", " ")
    assert ended.report is not None
    assert ended.report["findings"][0]["patch"] == ended.report["patch"] == ended.out
    again = subprocess.run(
        ["patch", "-p1"], cwd=command.folder, input=ended.out, text=True, capture_output=True, check=False
    )
    assert again.returncode == 0, again.stdout
    assert command.run(None, "--stages", "smoke", "--diff").out == ""


def test_a_diff_makes_way_for_json(command: Command) -> None:
    ended = command.run(STALE, "--stages", "smoke", "--diff", "--json", "-", "--quiet")
    assert json.loads(ended.out)["findings"][0]["patch"] in ended.err
    shown = command.finish(command.start("report", "--diff", "--quiet", ".trialrun/latest"))
    assert shown.out == json.loads(ended.out)["patch"]


def test_fix_says_what_it_wrote(command: Command) -> None:
    ended = command.run(STALE, "--stages", "smoke", "--fix", "--quiet")
    assert ended.status == 1
    assert "--fix wrote train.py (GRD401). Look at the change and rehearse again." in ended.out
    assert "    optimizer.zero_grad()\n    loss.backward()\n" in (command.folder / "train.py").read_text()
    assert "--fix had nothing to write." in command.run(None, "--stages", "smoke", "--fix", "--quiet").out


# -- what is refused

SOURCE = "import torch\nloss.backward()\nopt.step()\n"


def result(folder: Path, file: str = "t.py", source: str = SOURCE) -> RehearsalResult:
    found = Finding("GRD401", "s", Severity.ERROR, "", "", Location(file, 3), mend=Mend("zero_grad"))
    evidence = replace(Evidence(), source={"t.py": source})
    return RehearsalResult(Target(file, (), ""), (), (found,), (), evidence, "fail", 1, folder, 1.0, 1.0)


def refused(done: RehearsalResult) -> str:
    assert done.findings[0].patch is None
    assert done.patch == ""
    return done.findings[0].unpatched


@pytest.fixture
def script(tmp_path: Path) -> Path:
    (tmp_path / "t.py").write_text(SOURCE)
    return tmp_path / "t.py"


def test_a_file_that_changed_since_is_not_touched(script: Path, tmp_path: Path) -> None:
    later = script.stat().st_mtime + 10
    other = result(tmp_path, source=SOURCE + "x\n")
    assert "changed since" in refused(mending.mended(other, tmp_path, write=True, begun=later))
    assert "changed since" in refused(mending.mended(result(tmp_path), tmp_path, write=True, begun=later - 20))
    assert script.read_text() == SOURCE


def test_a_file_that_is_not_the_programs_is_not_touched(tmp_path: Path) -> None:
    installed = tmp_path / "site-packages"
    installed.mkdir()
    (installed / "t.py").write_text(SOURCE)
    begun = (installed / "t.py").stat().st_mtime + 10
    assert "own files" in refused(mending.mended(result(tmp_path, "u.py"), tmp_path, write=True, begun=begun))
    assert "installed package" in refused(mending.mended(result(tmp_path), installed, write=True, begun=begun))


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("import torch\nloss.backward(\nopt.step()\n", "could not be parsed"),
        ("# coding: latin-1\n# \xe9\nopt.step()\n", ""),
        ("a = 1\x0c\nloss.backward()\nopt.step()\r", ""),
    ],
)
def test_a_file_that_cannot_be_parsed_has_a_reason_and_no_traceback(tmp_path: Path, source: str, why: str) -> None:
    (tmp_path / "t.py").write_bytes(source.encode("latin-1"))
    seen = source.replace("\r", "\n")
    begun = (tmp_path / "t.py").stat().st_mtime + 10
    done = mending.mended(result(tmp_path, source=seen), tmp_path, write=True, begun=begun)
    if why:
        assert why in refused(done)
    else:  # written or refused, but nothing else is lost
        kept = (tmp_path / "t.py").read_bytes()
        assert kept.replace(b"opt.zero_grad()\n", b"") == source.encode("latin-1")


@pytest.mark.parametrize("mode", [0o444, 0o644])
def test_a_read_only_file_is_told_in_words(script: Path, tmp_path: Path, mode: int) -> None:
    script.chmod(mode)
    done = mending.mended(result(tmp_path), tmp_path, write=True, begun=script.stat().st_mtime + 10)
    assert done.findings[0].patch
    if mode == 0o444:
        assert "is read-only: `chmod u+w` it" in done.written[0]
        assert script.read_text() == SOURCE
    else:
        assert done.written[0].startswith("--fix wrote t.py (GRD401).")
    assert [path.name for path in tmp_path.iterdir()] == ["t.py"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.py").write_text(SOURCE)
    (tmp_path / "t.py").symlink_to("real.py")
    begun = (tmp_path / "t.py").stat().st_mtime + 10
    mending.mended(result(tmp_path), tmp_path, write=True, begun=begun)
    assert (tmp_path / "t.py").is_symlink()
    assert "zero_grad" in (tmp_path / "real.py").read_text()


def test_findings_stand_where_no_patch_can_be_made(command: Command) -> None:
    broken = command.folder / "libcst"
    broken.mkdir()
    (broken / "__init__.py").write_text("raise ImportError('half installed')\n", encoding="utf-8")
    path = [str(command.folder), *filter(None, [command.environment.get("PYTHONPATH")])]
    command.environment["PYTHONPATH"] = os.pathsep.join(path)
    ended = command.run(STALE, "--stages", "smoke")
    assert ended.status == 1 and ended.report is not None, ended.err
    (finding,) = ended.report["findings"]
    assert finding["patch"] is None
    assert "half installed" in finding["unpatched"]
