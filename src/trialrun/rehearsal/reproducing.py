"""``env.json``, ``environment.md`` and ``reproduce.sh`` of a run: what it takes to get the same numbers again."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from trialrun import __version__
from trialrun.report import environment_page
from trialrun.target import surroundings
from trialrun.target.secrets import mask_arguments

SCHEMA_VERSION = 1


def record(settings: Mapping[str, str], folder: Path, data: Sequence[Path] = ()) -> dict[str, Any]:
    """The environment as JSON values: ``settings`` of torch and this machine, and what surrounds ``folder``.

    Raises UsageError where one of ``data`` cannot be read.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "trialrun": __version__,
        "settings": {**settings, **surroundings.git(folder)},
        "packages": surroundings.packages(),
        "data": surroundings.data(data),
    }


def leave(environment: Mapping[str, Any], run_dir: Path, command: Sequence[str], cwd: str) -> None:
    """Write the three files into ``run_dir``; ``command`` is the whole command line as typed; empty: there is none."""
    text = json.dumps(environment, indent=2, ensure_ascii=False) + "\n"
    (run_dir / "env.json").write_text(text, encoding="utf-8")
    (run_dir / "environment.md").write_text(environment_page.markdown(environment), encoding="utf-8")
    if not command:
        return
    script = run_dir / "reproduce.sh"
    script.write_text(_script(environment, command, cwd), encoding="utf-8")
    script.chmod(0o755)


def _script(environment: Mapping[str, Any], command: Sequence[str], cwd: str) -> str:
    """A shell script that runs ``command`` again; a word that was masked is asked for by name."""
    settings = environment["settings"]
    lines = [
        "#!/bin/sh",
        "# Runs the same command again, with the variables that change what torch computes.",
        "set -eu",
    ]
    if "git.commit" in settings:
        changed = settings["git.changed_files"]
        note = "" if changed == "0" else f", with {changed} changed files that no commit holds"
        lines.append(f"# Source: commit {settings['git.commit']}{note}")
    lines.append(f"# torch {settings.get('torch', 'not used')}, Python {settings.get('python', '?')}; see env.json")
    lines.append(f"cd {shlex.quote(cwd)}")
    for name, value in settings.items():
        if name.startswith("env."):
            lines.append(f"export {name.removeprefix('env.')}={shlex.quote(value)}")
    words = []
    for number, (word, masked) in enumerate(zip(command, mask_arguments(list(command)), strict=True)):
        if word == masked:
            words.append(shlex.quote(word))
            continue
        before, _, after = masked.partition("***")
        secret = f'"${{SECRET_{number}:?set it to what stood in word {number} of the command}}"'
        words.append("".join((shlex.quote(before) if before else "", secret, shlex.quote(after) if after else "")))
    lines.append(f"exec {' '.join(words)}")
    return "\n".join(lines) + "\n"
