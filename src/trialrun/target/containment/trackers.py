"""Experiment trackers write to disk only: a rehearsal's numbers belong in nobody's project."""

from __future__ import annotations

import os
from pathlib import Path

# variable -> (value for offline, values of the user's that are as quiet and stay)
_OFFLINE: dict[str, tuple[str, frozenset[str]]] = {
    "WANDB_MODE": ("offline", frozenset(("offline", "disabled", "dryrun"))),
    "COMET_START_ONLINE": ("0", frozenset(("0", "false"))),
    "NEPTUNE_MODE": ("offline", frozenset(("offline", "debug", "read-only"))),
    "CLEARML_OFFLINE_MODE": ("1", frozenset(("1", "true"))),
    "SWANLAB_MODE": ("offline", frozenset(("offline", "local", "disabled"))),
    "DVC_STUDIO_OFFLINE": ("1", frozenset(("1", "true"))),
    "HF_HUB_DISABLE_TELEMETRY": ("1", frozenset(("1", "true", "yes", "on"))),
}


def go_offline(folder: Path) -> None:
    """Set the trackers' variables; a setting of the user's that reaches a server is overridden, a quiet one is kept."""
    for name, (value, quiet) in _OFFLINE.items():
        if os.environ.get(name, "").lower() not in quiet:
            os.environ[name] = value
    server = os.environ.get("MLFLOW_TRACKING_URI", "")
    if "://" in server and not server.startswith(("file:", "sqlite:")):
        os.environ["MLFLOW_TRACKING_URI"] = (folder / "mlruns").as_uri()
    os.environ.setdefault("COMET_OFFLINE_DIRECTORY", str(folder / "comet"))
