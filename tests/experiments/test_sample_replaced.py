"""One sample of a batch replaced, and the same window twice, in a program that must not notice."""

from __future__ import annotations

import pytest

from tests.experiments.conftest import Bench, Repeated
from trialrun.evidence import Evidence, same_again, sample_replaced
from trialrun.evidence.experiments import ExperimentRecord
from trialrun.evidence.repeats import OverfitRecord
from trialrun.evidence.tensors import BatchRecord, TensorCard
from trialrun.experiments.causes.same_again import SameAgain
from trialrun.experiments.causes.sample_replaced import SampleReplaced
from trialrun.experiments.laboratory import Laboratory
from trialrun.experiments.plan import Experiment
from trialrun.experiments.setting import Setting

PROGRAM = """
import os
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
torch.manual_seed(0)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm, self.head = nn.BatchNorm1d(3), nn.Linear(3, 2)
        self.calls = 0
    def forward(self, x):
        self.calls += 1
        h = self.norm(x)
        {forward}
model = Net()
optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
x, y = torch.randn(40, 3), torch.arange(40) % 2
for a, b in DataLoader(TensorDataset(x, y), batch_size=8, shuffle=True):
    look()
    optimiser.zero_grad()
    loss = nn.functional.cross_entropy(model({given}), b)
    loss.backward()
    optimiser.step()
"""
CARD = TensorCard("[0]", (8, 3), "float32", "cpu", axes=("batch", "feature?"))


def both(repeated: Repeated, setting: Setting) -> Experiment:
    seen = Evidence(batch=(BatchRecord(0, "loader", (CARD,), 8),))
    laboratory = Laboratory(setting, seen, OverfitRecord("ran"), {}, repeated.records.append, 30.0)
    return laboratory.run((SameAgain(), SampleReplaced()))


def records(bench: Bench, forward: str, given: str = "a") -> tuple[Repeated, dict[str, ExperimentRecord]]:
    done = bench(PROGRAM.format(forward=forward, given=given), both)
    assert done.error is None and done.faults == []
    assert done.restored.identical, done.restored.differing
    return done, {record.experiment: record for record in done.records if isinstance(record, ExperimentRecord)}


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
        ("return self.head(h) + h.mean(0)[:2] * torch.rand(1)", "draws random numbers"),
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
    assert (
        record.where is not None
        and "model(a" in PROGRAM.format(forward="return self.head(h)", given="a").splitlines()[record.where.line - 1]
    )
