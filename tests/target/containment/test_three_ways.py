"""Each of the three ways against a program that tries everything; the real tree is compared before and after."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import sqlite3
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

PROBES = Path(__file__).with_name("probes.py")
METHODS = ("overlay", "landlock", "redirection")


def names(group: str) -> list[str]:
    """The probes of ``group``, read from the source: importing it is for children only."""
    for node in ast.walk(ast.parse(PROBES.read_text())):
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == group.upper():
            return [element.id.lstrip("_") for element in node.value.elts]  # type: ignore[attr-defined]
    raise LookupError(group)


def make_tree(folder: Path) -> None:
    project, elsewhere = folder / "project", folder / "elsewhere"
    for path in ("out/deep", "folder", "locked", "shelled"):
        (project / path).mkdir(parents=True)
    (elsewhere / "allowed").mkdir(parents=True)
    texts = {
        "notes.txt": "original",
        "overwritten.txt": "first",
        "data.txt": "data",
        "replaced.txt": "old",
        "moved.txt": "moved",
        "mode.txt": "mode",
        "deleted.txt": "x",
        "deleted2.txt": "x",
        "childs.txt": "x",
        "read-only.txt": "x",
        "old.pt": "not read",
        "bytes.bin": "abcd",
        "out/a": "a",
        "out/deep/b": "b",
        "shelled/x": "x",
        "folder/one": "1",
        "folder/two": "2",
    }
    for name, text in texts.items():
        (project / name).write_text(text)
    (elsewhere / "kept.txt").write_text("kept")
    (elsewhere / "linked.txt").write_text("linked")
    (project / "link").symlink_to(elsewhere)
    (project / "file-link").symlink_to(elsewhere / "linked.txt")
    with sqlite3.connect(project / "store.db") as store:
        store.execute("create table t (x)")
        store.execute("insert into t values (1)")
    store.close()
    (project / "read-only.txt").chmod(0o444)
    (project / "locked").chmod(0o555)


def snapshot(folder: Path) -> dict[str, tuple[int, int, str]]:
    """Mode, time of change and content of all that is not the run folder or allowed."""
    found = {}
    for path in [folder, *sorted(folder.rglob("*"))]:
        name = str(path.relative_to(folder))
        if ".trialrun" in path.parts or name.startswith("elsewhere/allowed"):
            continue
        status = path.lstat()
        content = ""
        if stat.S_ISLNK(status.st_mode):
            content = os.readlink(path)
        elif stat.S_ISREG(status.st_mode):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
        found[name] = (status.st_mode, status.st_mtime_ns, content)
    return found


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], dict[str, Any]]:
    return {}


def is_left(group: int, within_s: float = 5.0) -> bool:
    """Whether a process of ``group`` stays; multiprocessing's resource tracker takes a moment to see its parent go."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.02)
    return True


def run(method: str, group: str, outcomes: dict[tuple[str, str], dict[str, Any]], folder: Path) -> dict[str, Any]:
    """The report of the probes of ``group`` under ``method``; run once, kept for all tests."""
    if (method, group) not in outcomes:
        make_tree(folder)
        if group == "libraries":
            import h5py

            with h5py.File(folder / "project" / "old.h5", "w") as file:
                file["a"] = [1]
        (folder / "project" / ".trialrun").mkdir()
        before = snapshot(folder)
        child = subprocess.Popen(
            [sys.executable, str(PROBES), method, str(folder), group],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        output, errors = child.communicate(timeout=120)
        assert child.returncode == 0, errors
        outcome = json.loads(output.splitlines()[-1])
        outcome["errors"] = errors
        after = snapshot(folder)
        outcome["changed"] = sorted(
            name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
        )
        outcome["allowed"] = os.path.exists(folder / "elsewhere" / "allowed" / "real.txt")
        outcome["left"] = is_left(child.pid)
        outcomes[method, group] = outcome
    return outcomes[method, group]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("group", ["files", "libraries"])
class TestThreeWays:
    def test_probes(self, method: str, group: str, outcomes: Any, tmp_path: Path) -> None:
        outcome = run(method, group, outcomes, tmp_path)
        failed = {name: text for name, text in outcome["results"].items() if text}
        assert not failed, "\n".join(f"{name}: {text}" for name, text in failed.items())
        assert list(outcome["results"]) == names(group)

    def test_real_tree_is_unchanged(self, method: str, group: str, outcomes: Any, tmp_path: Path) -> None:
        assert run(method, group, outcomes, tmp_path)["changed"] == []

    def test_no_process_is_left(self, method: str, group: str, outcomes: Any, tmp_path: Path) -> None:
        assert not run(method, group, outcomes, tmp_path)["left"]

    def test_the_record_names_the_way(self, method: str, group: str, outcomes: Any, tmp_path: Path) -> None:
        assert run(method, group, outcomes, tmp_path)["record"][0] == method


@pytest.mark.parametrize("method", METHODS)
def test_allowed_place_is_written_for_real(method: str, outcomes: Any, tmp_path: Path) -> None:
    assert run(method, "files", outcomes, tmp_path)["allowed"]


@pytest.mark.parametrize("method", METHODS)
def test_ledger(method: str, outcomes: Any, tmp_path: Path) -> None:
    ledger = {line[0]: line[1:] for line in run(method, "files", outcomes, tmp_path)["ledger"]}
    assert ledger["new.txt"] == [5, 1, "write"]
    assert ledger["notes.txt"] == [12, 1, "write"]
    assert ledger["deleted.txt"] == [0, 1, "delete"]
    assert ledger["deleted2.txt"][2] == "write"
    assert ledger["moved.txt"][2] == "delete"
    assert any(path.endswith("elsewhere/made/file.txt") for path in ledger)
    assert not any("trialrun" in path or "__pycache__" in path for path in ledger), sorted(ledger)
    saved = {line[0]: line[1:] for line in run(method, "libraries", outcomes, tmp_path / "libraries")["ledger"]}
    assert saved["model.pt"][1] == 2
    assert {"array.npy", "made.h5", "model.safetensors", "mapped.bin"} <= saved.keys()


@pytest.mark.parametrize("method", METHODS)
def test_refusals_are_told(method: str, outcomes: Any, tmp_path: Path) -> None:
    blocked = [tuple(pair) for pair in run(method, "files", outcomes, tmp_path)["blocked"]]
    assert ("network", "192.0.2.1:443") in blocked
    assert ("network", "upload.invalid:443") in blocked
    assert ("program", "sbatch job.sh") in blocked
    assert ("program", "shutdown now") in blocked
    assert not any("hf_" in target for _, target in blocked)
    assert len(blocked) == len(set(blocked))
