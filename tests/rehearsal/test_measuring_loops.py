"""``trialrun numerics accum`` and ``resume`` on whole scripts: those of the checks that judge them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from trialrun import cli

CASES = Path(__file__).parents[2] / "cases"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def numerics(experiment: str, script: Path) -> tuple[int, dict[str, Any]]:
    status = cli.main(["numerics", experiment, "--out", "run", "--json", "r.json", "--quiet", "--", str(script)])
    return status, json.loads(Path("r.json").read_text())


def test_accumulation_that_is_not_averaged() -> None:
    status, told = numerics("accum", CASES / "GRD409_accumulation-not-averaged" / "bad.py")
    assert status == 1 and told["verdict"] == "BUG"
    assert "added up for one step" in told["reason"] and told["advice"].startswith("Divide the loss")
    assert any(
        "implied weights of the micro-batches' means: 1, 1, 1, 1; of one batch: 0.25" in line
        for line in told["summary"]
    )


def test_accumulation_that_is() -> None:
    status, told = numerics("accum", CASES / "GRD409_accumulation-not-averaged" / "good.py")
    assert status == 0 and told["verdict"] == "ROUNDING"


def test_a_script_that_accumulates_nothing() -> None:
    Path("train.py").write_text(
        "import torch\n"
        "model = torch.nn.Linear(4, 1)\n"
        "optimiser = torch.optim.SGD(model.parameters(), lr=0.1)\n"
        "for _ in range(20):\n"
        "    optimiser.zero_grad()\n"
        "    model(torch.randn(8, 4)).square().mean().backward()\n"
        "    optimiser.step()\n"
    )
    status, told = numerics("accum", Path("train.py"))
    assert status == 5 and told["verdict"] == "UNSUPPORTED" and "nothing is accumulated" in told["reason"]
    assert "trialrun numerics accum PKG.MODULE:FACTORY" in told["advice"]
    status, told = numerics("resume", Path("train.py"))
    assert status == 5 and "saves nothing" in told["reason"]


def test_a_checkpoint_without_the_optimiser() -> None:
    status, told = numerics("resume", CASES / "EVA705_incomplete-checkpoint" / "bad.py")
    assert status == 1 and told["verdict"] == "BUG" and "lacks the state of AdamW" in told["reason"]
    assert any(line.startswith("Verified by") for line in told["summary"])


def test_a_checkpoint_with_it() -> None:
    status, told = numerics("resume", CASES / "EVA705_incomplete-checkpoint" / "good.py")
    assert status == 0 and told["verdict"] == "ROUNDING" and "optimiser of AdamW" in told["reason"]


def test_a_script_that_crashes(capsys: pytest.CaptureFixture[str]) -> None:
    Path("train.py").write_text("import torch\ntorch.ones(2) @ torch.ones(3)\n")
    assert cli.main(["numerics", "accum", "--", "train.py"]) == 3
    assert "train.py crashed with RuntimeError" in capsys.readouterr().err
