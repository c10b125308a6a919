"""The data: 1,797 handwritten digits that come with scikit-learn, cut in three once and for all."""

from __future__ import annotations

from typing import NamedTuple

import torch
from sklearn.datasets import load_digits
from torch.utils.data import TensorDataset

SPLIT_SEED = 0  # not the run's: every run is scored on the same images
TRAIN, VALID = 1197, 300  # images; the 300 that are left are the test


class Splits(NamedTuple):
    """Images (N, 1, 8, 8) float32 and digits (N,) int64 of each part."""

    train: TensorDataset  # to learn from
    valid: TensorDataset  # to choose the best epoch by
    test: TensorDataset  # to report on: looked at once, at the very end


def load(broken: str = "") -> Splits:
    """All three parts, in the same order each time."""
    bunch = load_digits()
    images = torch.tensor(bunch.images, dtype=torch.float32)[:, None]  # (1797, 1, 8, 8) in 0..16
    digits = torch.tensor(bunch.target, dtype=torch.int64)  # (1797,)

    generator = torch.Generator().manual_seed(SPLIT_SEED)
    order = torch.randperm(len(digits), generator=generator)  # (1797,)
    train = order[:TRAIN]
    if broken == "split-twice":
        order = torch.randperm(len(digits), generator=generator)
    valid, test = order[TRAIN : TRAIN + VALID], order[TRAIN + VALID :]

    images = (images - images[train].mean()) / images[train].std()  # of the training images alone
    train_set, valid_set, test_set = (TensorDataset(images[part], digits[part]) for part in (train, valid, test))
    return Splits(train_set, valid_set, test_set)
