"""A small program whose samples are compared, with a forward of the test's own."""

from __future__ import annotations

from tests.experiments.conftest import Bench, Repeated
from trialrun.evidence import Evidence
from trialrun.evidence.experiments import ExperimentRecord
from trialrun.evidence.repeats import OverfitRecord
from trialrun.evidence.tensors import BatchRecord, TensorCard
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
        self.norm, self.head = nn.BatchNorm1d(3), nn.Linear(3, 5)
        self.calls = 0
    def forward(self, x, *other):
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


def records(
    bench: Bench, causes: tuple[Experiment, ...], forward: str, given: str = "a"
) -> tuple[Repeated, dict[str, ExperimentRecord]]:
    """Those of ``causes``, by name, for the program with ``forward`` below its norm and ``given`` as model inputs."""

    def run(repeated: Repeated, setting: Setting) -> Experiment:
        seen = Evidence(batch=(BatchRecord(0, "loader", (CARD,), 8),))
        laboratory = Laboratory(setting, seen, OverfitRecord("ran"), {}, repeated.records.append, 30.0)
        return laboratory.run(causes)

    done = bench(PROGRAM.format(forward=forward, given=given), run)
    assert done.error is None and done.faults == []
    assert done.restored.identical, done.restored.differing
    return done, {record.experiment: record for record in done.records if isinstance(record, ExperimentRecord)}
