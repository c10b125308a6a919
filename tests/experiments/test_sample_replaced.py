"""One sample of a batch replaced, and the same window twice, in a program that must not notice."""

from __future__ import annotations

import pytest

from tests.experiments import samples
from tests.experiments.conftest import Bench, Repeated
from trialrun.evidence import same_again, sample_replaced
from trialrun.evidence.experiments import ExperimentRecord
from trialrun.experiments.causes.same_again import SameAgain
from trialrun.experiments.causes.sample_replaced import SampleReplaced


def records(bench: Bench, forward: str, given: str = "a") -> tuple[Repeated, dict[str, ExperimentRecord]]:
    return samples.records(bench, (SameAgain(), SampleReplaced()), forward, given)


@pytest.mark.parametrize(
    ("forward", "moved", "operation"),
    [
        ("return self.head(h)", 0, None),
        ("return self.head(h - h.mean(0))", 7, "mean"),
        ("return self.head(h.view(3, 8).t())", 2, "view"),
    ],
)
def test_what_mixes_samples_is_named_and_the_program_goes_on_as_if_nothing_had_been(
    bench: Bench, forward: str, moved: int, operation: str | None
) -> None:
    done, found = records(bench, forward)

    done.compare()
    record = found[sample_replaced.NAME]
    assert (record.outcome, record.facts[sample_replaced.MOVED]) == ("ran", moved)
    assert record.words.get(sample_replaced.OPERATION) == operation
    assert found[same_again.NAME].facts[same_again.DIFFERING] == 0


@pytest.mark.parametrize(
    ("forward", "reason"),
    [
        ("return self.head(h) + h.mean(0)[:1] * torch.rand(1)", "draws random numbers"),
        ("return self.head(h) if self.training else [][0]", "IndexError"),
        ("return self.head(h) if self.training else h.mean()", "has an axis of 8 samples"),
    ],
)
def test_what_cannot_be_judged_is_skipped_with_its_reason(bench: Bench, forward: str, reason: str) -> None:
    _, found = records(bench, forward)

    record = found[sample_replaced.NAME]
    assert record.outcome == "skipped"
    assert reason in record.reason


def test_bits_that_differ_are_seen(bench: Bench) -> None:
    _, found = records(bench, "return self.head(h)", "a + 1e-4 * os.urandom(1)[0]")

    record = found[same_again.NAME]
    assert record.facts[same_again.DIFFERING] > 0
    assert record.where is not None
    lines = samples.PROGRAM.format(forward="return self.head(h)", given="a").splitlines()
    assert "model(a" in lines[record.where.line - 1]
