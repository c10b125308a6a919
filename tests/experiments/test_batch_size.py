"""Samples run alone and in batches, in a program that must not notice."""

from __future__ import annotations

import pytest

from tests.experiments import samples
from tests.experiments.conftest import Bench, Repeated
from trialrun.evidence import batch_size as names
from trialrun.evidence.experiments import ExperimentRecord
from trialrun.experiments.causes.batch_size import BatchSize
from trialrun.experiments.causes.sample_replaced import SampleReplaced

COARSE = "v = self.head(h); return v if len(x) == 1 or v.dtype == torch.float64 else {of}"


def records(bench: Bench, forward: str, given: str = "a") -> tuple[Repeated, dict[str, ExperimentRecord]]:
    return samples.records(bench, (SampleReplaced(), BatchSize()), forward, given)


@pytest.mark.parametrize(
    ("forward", "by"),
    [
        ("return self.head(h) / len(x)", names.BATCH_SIZE),
        ("return self.head(h if len(x) > 1 else 2 * h)", names.BATCH_SIZE),
        ("return self.head(h + torch.arange(len(x))[:, None])", names.POSITION),
        (COARSE.format(of="(v * 64).round() / 64"), names.PRECISION),
        ("return self.head(h)", None),
        ("return self.head(h.float().type_as(h))", None),
        ("return self.head(h).to(torch.bfloat16).to(h.dtype)", None),
        (COARSE.format(of="v * (1 + 2 ** -23)"), None),  # one unit in the last place
    ],
)
def test_what_is_more_than_rounding_is_told_and_the_program_goes_on(bench: Bench, forward: str, by: str | None) -> None:
    done, found = records(bench, forward)

    done.compare()
    record = found[names.NAME]
    assert (record.outcome, record.reason) == ("ran", "")
    assert record.facts[names.BEYOND] == (by is not None)
    assert record.words.get(names.BY) == by
    assert {names.ulp_of(size) in record.facts for size in (2, 4, 8)} == {True}


def test_another_class_is_counted(bench: Bench) -> None:
    _, found = records(bench, "v = self.head(h); return v if len(x) == 1 else v.roll(1, 1)")

    facts = found[names.NAME].facts
    assert facts[names.FLIPS] >= 2
    assert facts[names.ERROR] > 0.1 > 1e-5 > facts[names.ERROR_ALONE]


def test_ties_are_no_change_of_class(bench: Bench) -> None:
    tied = "v = self.head(h)[:, :1].expand(-1, 5); e = torch.arange(5) * 1e-7; "
    _, found = records(bench, tied + "return v + (0 if len(x) == 1 or v.dtype == torch.float64 else e)")

    record = found[names.NAME]
    assert (record.outcome, record.facts[names.FLIPS], record.facts[names.BEYOND]) == ("ran", 0, 0)


@pytest.mark.parametrize(
    ("forward", "given", "reason"),
    [
        ("return self.head(h) if len(x) > 1 else [][0]", "a", "IndexError"),
        ("return self.head(h).squeeze()", "a", "has an axis of 8 samples"),
        ("return nn.functional.linear(h, model.head.weight)", "a", "raised RuntimeError"),  # stays float32
        ("return self.head(h)", "a, 8", "may be the batch's size"),
        ("return self.head(h)", "a, torch.ones(16)", "may hold the samples on any axis"),
        ("return self.head(h)", "a, slice(3)", "of type slice"),
        ("return self.head(h) * torch.rand(1)", "a", "draws random numbers"),
    ],
)
def test_what_cannot_be_judged_is_skipped_with_its_reason(bench: Bench, forward: str, given: str, reason: str) -> None:
    _, found = records(bench, forward, given)

    record = found[names.NAME]
    assert record.outcome == "skipped"
    assert reason in record.reason


def test_samples_that_depend_on_each_other_are_left_to_another_experiment(bench: Bench) -> None:
    _, found = records(bench, "return self.head(h - h.mean(0))")

    assert names.NAME not in found


def test_what_one_replaced_sample_does_not_show_is_refused_all_the_same(bench: Bench) -> None:
    median = "return self.head(h + (h.sort(0).values[4] if len(x) > 4 else 0))"  # first of all, moves few others
    _, found = records(bench, median)

    assert names.NAME not in found or "each other's values" in found[names.NAME].reason
