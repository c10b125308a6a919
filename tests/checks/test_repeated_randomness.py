from dataclasses import replace

from trialrun.checks.data.repeated_randomness import RepeatedRandomness
from trialrun.evidence.loading import LoaderRecord, RepeatedDraws

from .records import findings, line

LOADER = LoaderRecord(0, line(36), 640, 32, False, False, 2, steps=9)
COPIED = RepeatedDraws(0, "dataset.rng", "workers", 2, 2, 2)


def test_one_finding_a_loader_tells_all_of_the_stream() -> None:
    again = replace(COPIED, kind="passes", alike=3, looked_at=3)
    (finding,) = findings(RepeatedRandomness, loader=(LOADER,), repeated_draws=(COPIED, again))

    assert str(finding.where) == "train.py:36"
    assert "`dataset.rng`" in finding.message
    assert "2 of 2 workers of one epoch and when 3 of 3 epochs" in finding.message
    assert "worker_init_fn" in finding.fix


def test_samples_that_come_twice() -> None:
    samples = RepeatedDraws(0, "", "samples", 2, 2, 2)
    (finding,) = findings(RepeatedRandomness, loader=(LOADER,), repeated_draws=(COPIED, samples))

    assert "every sample comes 2 times" in finding.message


def test_no_repeats_and_no_training_are_silent() -> None:
    assert findings(RepeatedRandomness, loader=(LOADER,)) == []
    assert findings(RepeatedRandomness, loader=(replace(LOADER, steps=0),), repeated_draws=(COPIED,)) == []
