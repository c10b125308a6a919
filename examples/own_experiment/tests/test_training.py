"""What has to hold of the training: it goes on from its own files, and the same seed gives the same training."""

from __future__ import annotations

import tempfile
from pathlib import Path

from torch.utils.data import TensorDataset
from trialrun.testing import assert_deterministic, assert_resumable

import data
from config import Config
from training import Training


class Epochs(Training):
    """A short training as trialrun.testing wants it: its step is an epoch, its state the file that train.py writes."""

    def __init__(self) -> None:
        images, digits = data.load().train[:96]
        super().__init__(Config(epochs=6, batch_size=32), TensorDataset(images, digits))

    def step(self) -> float:
        return self.run_epoch()

    def state_dict(self) -> dict[str, bytes]:
        with tempfile.TemporaryDirectory() as folder:
            self.save(Path(folder) / "last.pt")
            return {"file": (Path(folder) / "last.pt").read_bytes()}

    def load_state_dict(self, state: dict[str, bytes]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "last.pt").write_bytes(state["file"])
            self.load(Path(folder) / "last.pt")


def test_stopped_and_resumed_it_is_the_same_bit_for_bit() -> None:
    assert_resumable(Epochs)


def test_the_same_seed_gives_the_same_training() -> None:
    assert_deterministic(lambda: Epochs())
