"""Saving and loading a training's state: a process killed in the middle goes on bit for bit."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy
import pytest
import torch
from torch.optim import lr_scheduler

import trialrun
from trialrun.errors import UsageError

PROGRAM = Path(__file__).with_name("saving_program.py")


def run(state: Path, losses: Path, **environment: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, str(PROGRAM), str(state), str(losses)]
    return subprocess.Popen(command, env={**os.environ, **environment})


def test_a_killed_process_goes_on_as_if_it_had_never_stopped(tmp_path: Path) -> None:
    whole = run(tmp_path / "whole.pt", tmp_path / "whole.txt")
    losses = tmp_path / "cut.txt"
    cut = run(tmp_path / "cut.pt", losses, PAUSE_S="0.1")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (losses.exists() and len(losses.read_text().splitlines()) >= 9):
        time.sleep(0.01)
    cut.send_signal(signal.SIGKILL)
    assert cut.wait() == -signal.SIGKILL
    told = len(losses.read_text().splitlines())
    assert 9 <= told < 24
    assert run(tmp_path / "cut.pt", losses).wait(60) == 0
    assert whole.wait(60) == 0
    expected = (tmp_path / "whole.txt").read_text().splitlines()
    assert len(expected) == 24
    # A step whose state was not saved before the kill is made again; it has to come out the same, too.
    got = losses.read_text().splitlines()
    assert len(got) <= len(expected) + 1
    assert set(got) == set(expected)


SCHEDULERS: dict[str, Any] = {
    "step": lambda o: lr_scheduler.StepLR(o, 2),
    "multi_step": lambda o: lr_scheduler.MultiStepLR(o, [2, 4]),
    "lambda": lambda o: lr_scheduler.LambdaLR(o, lambda step: 0.9**step),
    "cosine": lambda o: lr_scheduler.CosineAnnealingLR(o, 10),
    "restarts": lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 3),
    "one_cycle": lambda o: lr_scheduler.OneCycleLR(o, 0.1, total_steps=20),
    "cyclic": lambda o: lr_scheduler.CyclicLR(o, 0.01, 0.1),
    "plateau": lambda o: lr_scheduler.ReduceLROnPlateau(o, patience=1),
    "sequential": lambda o: lr_scheduler.SequentialLR(
        o, [lr_scheduler.LinearLR(o, 0.1, total_iters=2), lr_scheduler.ExponentialLR(o, 0.9)], [2]
    ),
}


@pytest.mark.parametrize("name", SCHEDULERS)
def test_schedulers_are_plain_enough_for_safe_loading(tmp_path: Path, name: str) -> None:
    def make() -> tuple[Any, Any]:
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.ones(2))], lr=0.1, momentum=0.9)
        return optimizer, SCHEDULERS[name](optimizer)

    def rates(optimizer: Any, scheduler: Any, steps: int) -> list[float]:
        found = []
        for _ in range(steps):
            optimizer.step()
            scheduler.step(numpy.float64(1.0)) if name == "plateau" else scheduler.step()
            found.append(optimizer.param_groups[0]["lr"])
        return found

    optimizer, scheduler = make()
    rates(optimizer, scheduler, 3)
    trialrun.save_state(tmp_path / "s.pt", optimizer=optimizer, scheduler=scheduler)
    expected = rates(optimizer, scheduler, 5)
    optimizer, scheduler = make()
    trialrun.load_state(tmp_path / "s.pt", optimizer=optimizer, scheduler=scheduler)
    assert rates(optimizer, scheduler, 5) == expected


def test_generators_and_plain_values(tmp_path: Path) -> None:
    held = {
        "kept": torch.Generator().manual_seed(1),
        "several": [numpy.random.default_rng(2), numpy.random.RandomState(3), random.Random(4)],
        "philox": numpy.random.Generator(numpy.random.Philox(5)),
    }

    def draw() -> list[float]:
        new, old, own = held["several"]  # type: ignore[misc]
        found = [float(torch.rand((), generator=held["kept"])), new.random(), old.normal(), own.gauss(0, 1)]  # type: ignore[arg-type]
        return [*found, held["philox"].random(), random.gauss(0, 1), numpy.random.normal(), float(torch.rand(()))]  # type: ignore[attr-defined]

    draw()
    values = {"order": numpy.arange(5), "best": numpy.float32(0.1), "weights": torch.ones(2), "history": [1.5, None]}
    trialrun.save_state(tmp_path / "s.pt", **held, **values)
    expected = draw()
    draw()
    saved = trialrun.load_state(tmp_path / "s.pt", **held)
    assert draw() == expected
    assert saved["order"].tolist() == [0, 1, 2, 3, 4]
    assert saved["best"] == numpy.float32(0.1)
    assert isinstance(saved["best"], numpy.float32)
    assert torch.equal(saved["weights"], torch.ones(2))
    assert saved["history"] == [1.5, None]


def test_a_scaler_keeps_its_scale(tmp_path: Path) -> None:
    scaler = torch.amp.GradScaler("cpu", init_scale=2.0)
    scaler.scale(torch.ones(()))
    trialrun.save_state(tmp_path / "s.pt", scaler=scaler)
    fresh = torch.amp.GradScaler("cpu")
    trialrun.load_state(tmp_path / "s.pt", scaler=fresh)
    assert fresh.get_scale() == 2.0


def test_a_piece_that_the_file_lacks_is_refused_and_nothing_is_changed(tmp_path: Path) -> None:
    model = torch.nn.Linear(2, 2)
    told = trialrun.save_state(tmp_path / "s.pt", model=model, step=3)
    assert told == {"model": "Linear", "step": "int", "random generators": "torch, Python, NumPy"}
    before = [parameter.clone() for parameter in model.parameters()]
    with torch.no_grad():
        model.weight.add_(1)
    optimizer, other = torch.optim.SGD(model.parameters()), torch.nn.Sequential(torch.nn.Linear(2, 2))
    wider = torch.nn.Linear(3, 2)
    now, drawn = model.weight.clone(), torch.get_rng_state()
    with pytest.raises(UsageError, match=r"holds no 'optimizer'. It holds: model \(Linear\), step \(int\)"):
        trialrun.load_state(tmp_path / "s.pt", model=model, optimizer=optimizer)
    with pytest.raises(UsageError, match=r"other tensors than the one saved: not in the file 0.bias \(2,\)"):
        trialrun.load_state(tmp_path / "s.pt", model=other)
    with pytest.raises(UsageError, match=r"not in the file weight \(2, 3\), only in the file weight \(2, 2\)"):
        trialrun.load_state(tmp_path / "s.pt", model=wider)
    with pytest.raises(UsageError, match="saved from a Linear, this is a Generator"):
        trialrun.load_state(tmp_path / "s.pt", model=torch.Generator())
    assert torch.equal(model.weight, now)
    assert torch.equal(torch.get_rng_state(), drawn)
    trialrun.load_state(tmp_path / "s.pt", model=model)
    assert all(map(torch.equal, before, model.parameters()))


def test_what_was_saved_and_not_asked_for_is_told(tmp_path: Path) -> None:
    model = torch.nn.Linear(2, 2)
    trialrun.save_state(tmp_path / "s.pt", model=model, optimizer=torch.optim.SGD(model.parameters()))
    with pytest.warns(UserWarning, match="also holds optimizer, not asked for"):
        trialrun.load_state(tmp_path / "s.pt", model=model)


def test_what_has_no_position_is_refused(tmp_path: Path) -> None:
    loader = torch.utils.data.DataLoader([1, 2, 3])  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=r"Iterate over trialrun.ResumableLoader\(loader\)"):
        trialrun.save_state(tmp_path / "s.pt", loader=loader)
    with pytest.raises(UsageError, match="is an iterator"):
        trialrun.save_state(tmp_path / "s.pt", batches=iter(loader))
    assert not list(tmp_path.iterdir())


def test_a_save_that_fails_leaves_the_file_before(tmp_path: Path) -> None:
    trialrun.save_state(tmp_path / "s.pt", step=1)
    with pytest.raises(UsageError, match="cannot be pickled"):
        trialrun.save_state(tmp_path / "s.pt", step=lambda: None)
    assert trialrun.load_state(tmp_path / "s.pt", step=0) == {"step": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["s.pt"]


class _Object:
    pass


def test_files_of_others_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        trialrun.load_state(tmp_path / "none.pt")
    (tmp_path / "cut.pt").write_bytes(b"PK\x03\x04 cut")
    with pytest.raises(UsageError, match=r"cannot be read|more than tensors"):
        trialrun.load_state(tmp_path / "cut.pt")
    torch.save({"model": {}}, tmp_path / "other.pt")
    with pytest.raises(UsageError, match=r"not written by trialrun.save_state"):
        trialrun.load_state(tmp_path / "other.pt")
    trialrun.save_state(tmp_path / "object.pt", thing=_Object())
    with pytest.raises(UsageError, match="weights_only=False"):
        trialrun.load_state(tmp_path / "object.pt", thing=None)
    assert isinstance(trialrun.load_state(tmp_path / "object.pt", weights_only=False)["thing"], _Object)
