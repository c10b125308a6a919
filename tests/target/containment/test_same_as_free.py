"""A contained program sees what a free one sees: random file operations, compared one by one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.target.containment.test_three_ways import snapshot

PROGRAM = Path(__file__).with_name("random_acts.py")
ACTS = 400


def acts(method: str, seed: int, folder: Path) -> Any:
    for name in ("a", "b/deep", "up"):
        (folder / name).mkdir(parents=True)
    for name in ("a/x", "a/y", "b/x", "b/deep/z", "c"):
        (folder / name).write_text(name)
    (folder / "link").symlink_to("a")
    (folder / "c").chmod(0o644)
    words = [sys.executable, str(PROGRAM), method, str(seed), str(ACTS)]
    before = snapshot(folder)
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    if method != "none":
        after = snapshot(folder)
        before.pop("."), after.pop(".")  # its time changes with the run folder's
        assert after == before
    return json.loads(done.stdout)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("method", ["overlay", "landlock", "redirection"])
def test_same_outcomes(method: str, seed: int, tmp_path: Path) -> None:
    contained, free = tmp_path / "contained", tmp_path / "free"
    contained.mkdir()
    free.mkdir()
    got, got_tree = acts(method, seed, contained)
    expected, expected_tree = acts("none", seed, free)
    for number, (one, other) in enumerate(zip(got, expected, strict=True)):
        assert one == other, f"act {number}"
    assert got_tree == expected_tree
