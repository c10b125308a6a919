"""What smoke sees of a whole program is the same whether a window of it was repeated or not."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.rehearsal.conftest import TRAINING, Command
from trialrun.rehearsal import plan
from trialrun.rehearsal.settings import Settings
from trialrun.report.progress import Quiet
from trialrun.report.result import RehearsalResult
from trialrun.target.supervise import Supervisor

PROGRAMS = Path(__file__).parents[1] / "programs"
CHOSEN = ("cancer_accumulation", "diabetes_lbfgs", "pendulum_while", "temple_adam")

# Records of time, memory and machine, and those that only a repeated window writes.
APART = frozenset(  # clocks, and what the repeats themselves write
    ("overfit", "repeat", "restore", "phase", "memory", "environment", "loop_time", "branch_time", "script_time")
)


def without_times(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_times(item) for key, item in value.items() if key != "seconds" and not key.endswith("_s")}
    return [without_times(item) for item in value] if isinstance(value, list) else value


def read(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def evidence(folder: Path) -> list[Any]:
    lines = read(folder / "evidence.jsonl")
    # Coverage is also put on record once a second: the last one counts.
    last = max(number for number, line in enumerate(lines) if line["record"] == "coverage")
    return [
        without_times(line)
        for number, line in enumerate(lines)
        if line["record"] not in APART and (line["record"] not in ("coverage", "write") or number >= last)
    ]


def kinds(file: Path) -> set[str]:
    return {line["record"] for line in read(file)}


@pytest.mark.parametrize("name", CHOSEN)
def test_the_evidence_of_smoke_is_the_same(
    name: str, tmp_path: Path, supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(PROGRAMS / f"{name}.py", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setattr(plan, "OVERFIT_STEPS", 20)
    folders = {}
    for stages in (("smoke",), ("smoke", "overfit")):
        folders[stages] = tmp_path / "-".join(stages)
        settings = Settings(f"{name}.py", None, (), stages=stages, out=folders[stages])
        result: RehearsalResult = plan.rehearse(settings, Quiet(sys.stderr), supervisor)
        assert result.exit_status == 0, result.reason
    bare, repeated = folders.values()
    assert kinds(repeated / "evidence.jsonl") >= {"restore", "overfit"}  # something was repeated
    assert "overfit" not in kinds(bare / "evidence.jsonl")
    assert len(evidence(bare)) > 20
    for one, other in zip(evidence(bare), evidence(repeated), strict=True):
        assert one == other
    assert (bare / "stdout.log").read_text() == (repeated / "stdout.log").read_text()
    assert (bare / "stderr.log").read_text() == (repeated / "stderr.log").read_text()


def test_a_body_that_leaves_its_loop_while_repeated_is_rehearsed_again(command: Command) -> None:
    """The state was put back, but the loop is over: smoke runs anew, and all of it is seen."""
    ended = command.run(
        TRAINING
        + """
steps = 0
for step in range(400):
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    steps += 1
    if loss.item() < 0.5:
        break
print("steps", steps)
"""
    )
    assert ended.status == 0 and ended.report is not None
    folder = command.folder / ".trialrun" / "latest"
    first, second = folder / "evidence.jsonl", folder / "evidence.jsonl.2"
    (restore,) = [line for line in read(first) if line["record"] == "restore" and line["after"] == "overfit"]
    assert not restore["identical"] and restore["differing"][0] == "the loop was left"
    assert "overfit" not in kinds(second)
    # Smoke is that of the second attempt: four updates, then items that are timed, until the program leaves its loop.
    assert [stage["steps"] for stage in ended.report["stages"] if stage["name"] == "smoke"] == [4]
    overfit = next(stage for stage in ended.report["stages"] if stage["name"] == "overfit")
    assert overfit["outcome"] != "skipped" or overfit["reason"]
    assert int((folder / "stdout.log").read_text().splitlines()[-1].removeprefix("steps ")) > 4
    assert ended.codes == []
