"""Which addresses are this machine, and what the trackers are told."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from trialrun.target.containment.network import is_local
from trialrun.target.containment.trackers import go_offline


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST.", "127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1", "", "0.0.0.0", "a.localhost"],
)
def test_this_machine(host: str) -> None:
    assert is_local(host)


def test_own_name() -> None:
    assert is_local(socket.gethostname())


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "huggingface.co", "localhost.example.org", "224.0.0.1"])
def test_others(host: str) -> None:
    assert not is_local(host)


def test_a_proxy_on_this_machine_reaches_others(in_child: Callable[..., Any], tmp_path: Path) -> None:
    code = """
    import socket
    server = socket.create_server(("127.0.0.1", 0))
    os.environ["https_proxy"] = f"http://127.0.0.1:{server.getsockname()[1]}"
    container = begin(method="redirection")
    socket.create_connection(server.getsockname()).close()
    container.arm()
    try:
        socket.create_connection(server.getsockname())
        answer("connected")
    except ConnectionRefusedError as error:
        answer("refused")
    """
    assert in_child(code, tmp_path) == "refused"


def test_trackers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "environ", dict(os.environ))
    os.environ.update(WANDB_MODE="disabled", NEPTUNE_MODE="async", MLFLOW_TRACKING_URI="http://server:5000")
    go_offline(tmp_path)
    assert os.environ["WANDB_MODE"] == "disabled"
    assert os.environ["NEPTUNE_MODE"] == "offline"
    assert os.environ["CLEARML_OFFLINE_MODE"] == "1"
    assert os.environ["MLFLOW_TRACKING_URI"] == (tmp_path / "mlruns").as_uri()


def test_a_local_mlflow_store_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "environ", dict(os.environ))
    os.environ["MLFLOW_TRACKING_URI"] = "sqlite:///runs.db"
    go_offline(tmp_path)
    assert os.environ["MLFLOW_TRACKING_URI"] == "sqlite:///runs.db"
