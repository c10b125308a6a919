"""The experiments on model inputs, on real programs: what they change, and that nothing is left of it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import torch

from tests.experiments.conftest import Bench, Repeated, Runs
from trialrun.evidence import Evidence
from trialrun.evidence.dependence import ANEW, ANEW_ZEROED, PERMUTED, ZEROED
from trialrun.evidence.experiments import ExperimentRecord
from trialrun.experiments.causes.permuted_samples import PermutedSamples
from trialrun.experiments.causes.zeroed_inputs import ZeroedInputs
from trialrun.experiments.inputs_changed import Seen, permuted, zeroed
from trialrun.experiments.laboratory import Laboratory
from trialrun.experiments.overfit import Overfit
from trialrun.experiments.plan import Experiment
from trialrun.experiments.setting import Setting

PROGRAM = """
import torch
from torch import nn
from torch.nn import functional as F
torch.manual_seed(0)
x, y = torch.randn(16, 6), torch.arange(16) % 3
model = nn.Sequential(nn.Linear(6, 24), {between}, nn.Dropout(0.4), nn.Linear(24, 3))
{made}
optimiser = torch.optim.SGD(model.parameters(), lr=0.2, momentum=0.9)
for step in range(6):
    look()
    optimiser.zero_grad()
    loss = F.cross_entropy({call}, y)
    loss.backward()
    optimiser.step()
"""


def experiments(repeated: Repeated, setting: Setting) -> Experiment:
    overfit = Overfit(setting, 20, 60.0, repeated.records.append)
    yield from overfit.run()
    assert overfit.record is not None
    lab = Laboratory(setting, Evidence(), overfit.record, overfit.held, repeated.records.append, 60.0)
    yield from lab.run((PermutedSamples(), ZeroedInputs()))


RUNS: Runs = experiments


def records(bench: Bench, between: str = "nn.Tanh()", made: str = "", call: str = "model(x)") -> list[ExperimentRecord]:
    done = bench(PROGRAM.format(between=between, made=made, call=call), RUNS)
    done.compare()
    return [record for record in done.records if isinstance(record, ExperimentRecord)]


def arms(record: ExperimentRecord) -> dict[str, float]:
    return {arm.change: arm.losses[0] for arm in record.variants}


def test_a_healthy_program_pays_for_two_runs(bench: Bench) -> None:
    (record,) = records(bench)
    assert (record.experiment, record.outcome) == (PERMUTED, "ran")
    assert record.control is not None
    assert len(record.variants) == 1
    assert record.variants[0].losses != record.control.losses
    assert record.facts == {"samples": 16, "tensors_permuted": 1, "targets_differ": 1.0, "samples_alike": 0.0}


def test_a_shut_network_opens_with_other_weights(bench: Bench) -> None:
    made = "nn.init.constant_(model[0].bias, -50.0)"
    _, record = records(bench, "nn.ReLU()", made)
    assert record.experiment == ZEROED
    assert record.control is not None
    seen = arms(record)
    assert seen[ZEROED] == record.control.losses[0]
    assert seen[ANEW] != seen[ANEW_ZEROED]


def test_an_input_that_no_weights_let_through(bench: Bench) -> None:
    _, record = records(bench, "nn.Threshold(1e9, 0.0)")
    seen = arms(record)
    assert seen[ANEW] == seen[ANEW_ZEROED]


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ("model[3](F.tanh(F.linear(x, model[0].weight, model[0].bias)).detach() * model[0].bias)", "No tensor"),
        ("model(x[:1]).expand(16, -1)", "several samples"),
        ("model(x[:1].expand(16, -1))", "are equal"),
    ],
    ids=["no model called", "one sample", "equal samples"],
)
def test_skipped_with_the_reason(bench: Bench, call: str, reason: str) -> None:
    (record,) = records(bench, call=call)
    assert record.outcome == "skipped"
    assert reason in record.reason


def _through(change: object, tensors: Sequence[torch.Tensor]) -> list[torch.Tensor]:
    return [change.transform(tensor) for tensor in tensors]  # type: ignore[attr-defined]


def test_lengths_and_offsets_stay_as_they_are() -> None:
    given = [torch.tensor([9, 7, 4]), torch.tensor([0, 3, 5]), torch.tensor([True, False])]
    for change in (zeroed(Seen()), permuted(Seen())):
        assert all(torch.equal(a, b) for a, b in zip(given[:2], _through(change, given[:2]), strict=True))
    assert torch.equal(_through(zeroed(Seen()), given)[2], given[2])


def test_indices_become_a_valid_index() -> None:
    words = torch.tensor([[1, 4], [2, 0]])
    assert _through(zeroed(Seen()), [words])[0].tolist() == [[4, 4], [4, 4]]


RETRIED = """
class Small(nn.Module):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner
    def forward(self, x):
        if len(x) > 8 or {refuses}:
            raise ValueError("not these")
        return self.inner(x)
small = Small(model)
def retried(x):
    try:
        return small(x)
    except ValueError:
        return torch.cat([small(part) for part in x.split(8)])
"""


def test_a_call_that_the_program_itself_retries_is_no_refusal(bench: Bench) -> None:
    made = RETRIED.format(refuses="False")
    (rolled,) = records(bench, made=made, call="retried(x)")  # nothing speaks for zeros: the order mattered

    assert (rolled.outcome, rolled.reason) == ("ran", "")
    assert rolled.control is not None
    assert arms(rolled)[PERMUTED] != rolled.control.losses[0]


def test_a_model_that_refuses_what_was_changed_is_a_skip_with_its_reason(bench: Bench) -> None:
    made = RETRIED.format(refuses="not torch.equal(x, first[: len(x)]) and not torch.equal(x, first[8:])")
    (rolled,) = records(bench, made="first = x.clone()\n" + made, call="retried(x)")

    assert rolled.outcome == "skipped"
    assert "ValueError: not these" in rolled.reason
