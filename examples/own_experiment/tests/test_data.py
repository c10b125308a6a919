"""What the model is fed: three parts that share no image, each standardised by the first."""

from __future__ import annotations

import torch

import data


def test_the_parts_are_all_of_it_and_share_no_place() -> None:
    splits = data.load()
    assert [len(part) for part in splits] == [1197, 300, 300]
    rows = torch.cat([part.tensors[0].flatten(1) for part in splits])  # (1797, 64)
    assert len(rows.unique(dim=0)) == 1797  # scikit-learn's digits have no image twice


def test_it_is_the_same_split_each_time() -> None:
    for one, other in zip(data.load(), data.load(), strict=True):
        assert all(torch.equal(a, b) for a, b in zip(one.tensors, other.tensors, strict=True))


def test_training_images_have_mean_0_and_deviation_1() -> None:
    images, digits = data.load().train.tensors
    assert images.shape[1:] == (1, 8, 8) and images.dtype == torch.float32
    assert abs(images.mean()) < 1e-4 and abs(images.std() - 1) < 1e-4
    assert digits.dtype == torch.int64 and digits.unique().tolist() == list(range(10))
