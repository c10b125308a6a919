"""Each way to save tells what is saved, once, and writes what it wrote before."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn


def _pickled(obj: Any, path: Path) -> None:
    with path.open("wb") as file:
        pickle.dump(obj, file)


def _checkpoints(watched: Any, save: Callable[[Any], Any]) -> Any:
    def program(conductor: Any) -> None:
        model = nn.Linear(3, 1)
        optimiser = torch.optim.Adam(model.parameters())
        for _ in conductor.training(range(3)):
            optimiser.zero_grad()
            model(torch.randn(8, 3)).pow(2).mean().backward()
            optimiser.step()
            save({"weight": model.weight.detach().numpy(), "bias": model.bias.detach().numpy(), "epoch": 1})

    seen = watched(program)
    assert seen.error is None
    return seen.evidence.checkpoint


SAVES: list[Callable[[Any, Path], Any]] = [
    lambda obj, path: torch.save(obj, path),
    lambda obj, path: torch.save(obj=obj, f=path),
    lambda obj, path: torch.save(obj, path, _use_new_zipfile_serialization=False),  # pickles by `pickle.dump`
    _pickled,
    lambda obj, path: np.savez(path, **obj),
    lambda obj, path: np.savez_compressed(file=path, **obj),
    lambda obj, path: np.save(path, obj, allow_pickle=True),  # type: ignore[arg-type]
]


@pytest.mark.parametrize("save", SAVES)
def test_a_save_to_a_file_is_told_once_with_what_is_in_it(
    watched: Any, tmp_path: Path, save: Callable[[Any, Path], Any]
) -> None:
    (place,) = _checkpoints(watched, lambda obj: save(obj, tmp_path / "last"))

    assert place.saves == 3 and not place.in_memory
    assert place.keys == ("weight", "bias", "epoch") and place.counters == ("epoch",)
    assert place.weights_share == 1.0
    assert any(tmp_path.iterdir())


@pytest.mark.parametrize("save", [lambda obj: pickle.dumps(obj), lambda obj: pickle.dump(obj, io.BytesIO())])
def test_a_save_to_memory_is_told_apart(watched: Any, save: Callable[[Any], Any]) -> None:
    (place,) = _checkpoints(watched, save)

    assert place.in_memory and place.saves == 3


def test_afterwards_the_functions_are_their_own_again(watched: Any) -> None:
    before = (torch.save, pickle.dump, pickle.dumps, np.save, np.savez, np.savez_compressed)
    watched(lambda conductor: None)
    assert before == (torch.save, pickle.dump, pickle.dumps, np.save, np.savez, np.savez_compressed)
