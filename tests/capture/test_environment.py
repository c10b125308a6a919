from __future__ import annotations

import random
from typing import Any

import pytest
import torch

from trialrun.capture.memory import PEAK


def test_what_is_described(watched: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("SECRET_TOKEN", "abc")

    def program(conductor: Any) -> None:
        torch.manual_seed(17)
        random.seed()

    run = watched(program)
    (record,) = run.evidence.environment
    values = record.values
    assert values["torch"] == torch.__version__
    assert values["env.OMP_NUM_THREADS"] == "1"
    assert not any("abc" in value for value in values.values())
    assert values["seed.torch"].startswith("17 (test_environment.py:")
    assert values["seed.random"].startswith("from the system")
    (memory,) = run.evidence.memory
    assert memory.process_bytes > 50 * 2**20
    assert memory.device_bytes is None


def test_streams_that_moved_are_named_and_not_moved_by_looking(watched: Any) -> None:
    before = torch.get_rng_state(), random.getstate()
    run = watched(lambda conductor: random.random())
    values = run.evidence.environment[-1].values
    assert "moved.random" in values and "moved.torch" not in values
    assert torch.equal(before[0], torch.get_rng_state())


def test_no_accelerator_is_initialised(watched: Any) -> None:
    watched(lambda conductor: None)
    assert not torch.cuda.is_initialized()


def test_peak_is_in_bytes() -> None:
    assert 50 * 2**20 < PEAK.process_bytes() < 2**40
