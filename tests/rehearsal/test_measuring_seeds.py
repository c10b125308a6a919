"""``trialrun numerics determinism`` on a script: real fresh processes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from trialrun import cli

SCRIPT = """
import torch
SEED
names = {"apple", "pear", "fig", "plum", "kiwi"}
x = torch.stack([torch.full((4,), 0.1 * ord(name[1])) for name in ORDER])
model = torch.nn.Linear(4, 1)
optimiser = torch.optim.SGD(model.parameters(), lr=1e-4)
for step in range(50):
    optimiser.zero_grad()
    loss = ((model(x).squeeze(1) - torch.arange(5.0)) ** 2).mean()
    loss.backward()
    optimiser.step()
"""


def determinism(tmp_path: Path, seed: str, order: str) -> tuple[int, dict[str, Any]]:
    script = tmp_path / "train.py"
    script.write_text(SCRIPT.replace("SEED", seed).replace("ORDER", order))
    words = ("--threads", "1", "--out", str(tmp_path / "run"), "--json", str(tmp_path / "r.json"))
    status = cli.main(["numerics", "determinism", *words, "--", str(script)])
    return status, json.loads((tmp_path / "r.json").read_text())


@pytest.mark.parametrize(
    ("seed", "order", "status", "verdict", "reason"),
    [
        ("torch.manual_seed(0)", "sorted(names)", 0, "BITWISE", "bit for bit"),
        (
            "torch.manual_seed(0)",
            "names",
            1,
            "BUG",
            "PYTHONHASHSEED changes the training: first difference in",
        ),
        ("", "sorted(names)", 1, "BUG", "first difference before the first update, Linear.weight"),
    ],
)
def test_a_script(tmp_path: Path, seed: str, order: str, status: int, verdict: str, reason: str) -> None:
    ended, told = determinism(tmp_path, seed, order)
    assert (ended, told["verdict"]) == (status, verdict) and reason in told["reason"]
    assert told["control"].endswith("caught")
    if not seed:
        assert told["advice"].startswith("Seed the script at its start")
