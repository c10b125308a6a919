from dataclasses import replace

import pytest

from trialrun.checks.data.tiny_last_batch import TinyLastBatch
from trialrun.evidence.loading import LoaderRecord

from .records import findings, line

TINY = LoaderRecord(
    0,
    line(36),
    1442,
    48,
    False,
    False,
    0,
    steps=9,
    norm_module="2",
    norm_cls="BatchNorm1d",
    norm_samples=2,
    norm_values=2,
)


def test_two_values_a_channel() -> None:
    (finding,) = findings(TinyLastBatch, loader=(TINY,))

    assert str(finding.where) == "train.py:36"
    assert "1,442 samples in batches of 48 leave a last batch of 2: 2 (BatchNorm1d)" in finding.message
    assert "from 2 values a channel" in finding.message
    assert "drop_last=True" in finding.fix


@pytest.mark.parametrize(
    "changes",
    [
        {"drop_last": True},
        {"norm_module": None, "norm_samples": 0},
        {"norm_values": 128},  # two images
        {"samples": 1440 + 7, "norm_samples": 7, "norm_values": 4},  # not an eighth
        {"samples": 2, "batch_size": 48},  # the only batch there is
        {"norm_samples": 5},  # not the last batch: a part of some other one
        {"samples": None},
    ],
)
def test_other_remainders_are_silent(changes: dict[str, object]) -> None:
    assert findings(TinyLastBatch, loader=(replace(TINY, **changes),)) == []  # type: ignore[arg-type]


def test_one_image_is_too_few() -> None:
    one = replace(TINY, samples=1441, norm_samples=1, norm_values=64, norm_cls="BatchNorm2d")
    (finding,) = findings(TinyLastBatch, loader=(one,))

    assert "64 values a channel there, all of one sample" in finding.message
