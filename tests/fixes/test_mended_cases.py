"""Each mend, applied to a bad program and rehearsed: nothing is found any more."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from trialrun.rehearsal import plan
from trialrun.rehearsal.settings import Settings
from trialrun.report.progress import Quiet
from trialrun.target.supervise import Supervisor

CASES = Path(__file__).resolve().parents[2] / "cases"
MENDED = (
    *("DAT104", "EVA701", "EVA702", "EVA703", "EVA704", "GRD401", "GRD407", "LOS301", "LOS302", "LOS303", "MOD201"),
    *("REP902", "GRD409"),
)
PROBED = ("GRD409",)  # what they rest on is an experiment
BAD = sorted(path for code in MENDED for path in CASES.glob(f"{code}_*/bad.py"))


def rehearse(supervisor: Supervisor, script: str, out: Path, **options: Any) -> list[dict[str, Any]]:
    """Errors, warnings and the notes that have a mend, of ``report.json``."""
    plan.rehearse(
        Settings(script, None, (), out=out, **{"stages": ("smoke",), **options}), Quiet(sys.stderr), supervisor
    )
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    return [finding for finding in report["findings"] if finding["severity"] != "note" or finding["patch"]]


@pytest.mark.parametrize("script", BAD, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_mended_bad_program_is_clean(
    script: Path, supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code = re.search(r"# expect: ([A-Z]{3}\d{3})", script.read_text(encoding="utf-8"))
    assert code is not None
    shutil.copy(script, tmp_path / "t.py")

    stages = ("smoke", "overfit", "probe") if code[1] in PROBED else ("smoke",)

    found = rehearse(supervisor, "t.py", tmp_path / "first", fix=True, stages=stages)
    assert [finding["code"] for finding in found] == [code[1]]
    assert found[0]["patch"], found[0]["unpatched"]
    assert rehearse(supervisor, "t.py", tmp_path / "second", stages=stages) == []


TWO = """\
import torch
from torch import nn

torch.manual_seed(0)
x, y = torch.randn(64, 4), torch.randn(64)
model = nn.Sequential(nn.Linear(4, 16), nn.Tanh(), nn.Linear(16, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for step in range(8):
    loss = nn.functional.mse_loss(model(x), y)  # Größe
    loss.backward()
    optimizer.step()
"""


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize(("end", "tail"), [("\n", "\n"), ("\r\n", "\r\n"), ("\n", "")])
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_two_mends_of_one_file_leave_the_rest_as_it_was(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mark: bytes, end: str, tail: str
) -> None:
    monkeypatch.chdir(tmp_path)
    script = tmp_path / "t.py"

    def written(text: str) -> bytes:
        return mark + (text.removesuffix("\n") + "\0").replace("\n", end).replace("\0", tail).encode()

    script.write_bytes(written(TWO))
    script.chmod(0o750)
    found = rehearse(supervisor, "t.py", tmp_path / "run", fix=True)

    assert sorted(finding["code"] for finding in found) == ["GRD401", "LOS301"]
    expected = TWO.replace("model(x), y", "model(x).squeeze(-1), y").replace(
        "    loss.backward()", "    optimizer.zero_grad()\n    loss.backward()"
    )
    assert script.read_bytes() == written(expected)
    assert script.stat().st_mode & 0o777 == 0o750
