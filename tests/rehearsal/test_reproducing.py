from __future__ import annotations

import os
import subprocess
from pathlib import Path

from trialrun.rehearsal import reproducing
from trialrun.target import surroundings

SETTINGS = {"torch": "2.13.0", "python": "3.11.7", "env.OMP_NUM_THREADS": "2"}


def script(tmp_path: Path, *command: str) -> str:
    environment = reproducing.record(SETTINGS, tmp_path)
    reproducing.leave(environment, tmp_path, command, str(tmp_path))
    return (tmp_path / "reproduce.sh").read_text()


def test_the_script_runs_the_command_with_its_words_and_variables(tmp_path: Path) -> None:
    (tmp_path / "show").write_text('#!/bin/sh\necho "$OMP_NUM_THREADS"\nfor word in "$@"; do echo "<$word>"; done\n')
    (tmp_path / "show").chmod(0o755)
    script(tmp_path, "./show", "--name", "two words", "it's", "$HOME")
    done = subprocess.run([tmp_path / "reproduce.sh"], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["2", "<--name>", "<two words>", "<it's>", "<$HOME>"]


def test_no_secret_is_written_and_the_script_asks_for_it(tmp_path: Path) -> None:
    text = script(tmp_path, "printf", "%s,", "--hf-token", "hf_abcdefghijklmnopqrstuv", "--url=https://me:pw@host/x")
    assert "hf_abc" not in text and "pw" not in text
    refused = subprocess.run([tmp_path / "reproduce.sh"], capture_output=True, text=True, check=False)
    assert refused.returncode != 0 and "SECRET_3" in refused.stderr
    given = {**os.environ, "SECRET_3": "one", "SECRET_4": "two"}
    done = subprocess.run([tmp_path / "reproduce.sh"], capture_output=True, text=True, check=True, env=given)
    assert done.stdout == "--hf-token,one,--url=https://me:two@host/x,"


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-C", folder, "-c", "user.name=a", "-c", "user.email=a@b", *words], check=True)


def test_source_control(tmp_path: Path) -> None:
    assert surroundings.git(tmp_path) == {}
    git(tmp_path, "init", "-q")
    (tmp_path / "a.py").write_text("1")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "one")
    git(tmp_path, "remote", "add", "origin", "https://user:secret@host/project.git")
    clean = surroundings.git(tmp_path)
    assert len(clean["git.commit"]) == 40 and clean["git.changed_files"] == "0"
    assert clean["git.remote"] == "https://user:***@host/project.git"
    (tmp_path / "a.py").write_text("2")
    assert surroundings.git(tmp_path)["git.changed_files"] == "1"


def test_data_is_told_apart_by_content_and_by_name(tmp_path: Path) -> None:
    for name, content in (("one", "a"), ("two", "a"), ("three", "b")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.csv").write_text(content)
    first, second, third = surroundings.data([tmp_path / "one", tmp_path / "two", tmp_path / "three"]).values()
    assert first == second != third
    (tmp_path / "two" / "x.csv").rename(tmp_path / "two" / "y.csv")
    assert surroundings.data([tmp_path / "two"]) != {str(tmp_path / "two"): first}
