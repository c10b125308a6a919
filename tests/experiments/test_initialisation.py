"""The experiment with other first weights on real programs: what it does, and that it leaves nothing behind."""

from __future__ import annotations

from tests.experiments.conftest import Bench
from tests.experiments.experiments import experiments
from trialrun.evidence import Evidence
from trialrun.evidence.replays import clearly_better
from trialrun.evidence.signal import EXCHANGED, signal
from trialrun.experiments.causes.initialisation import Initialisation

PROGRAM = """
import torch
from torch import nn
from torch.nn import functional as F
torch.manual_seed(0)
x, y = torch.randn(32, 16), torch.arange(32) % 4
layers = [part for _ in range(5) for part in (nn.Linear(16, 16), nn.{activation}())]
model = nn.Sequential(*layers, nn.Linear(16, 4))
for layer in model:
    if isinstance(layer, nn.Linear):
        {start}
optimiser = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
for step in range(6):
    look()
    optimiser.zero_grad()
    loss = F.cross_entropy(model(x), y)
    loss.backward()
    optimiser.step()
"""


def test_small_weights_are_drawn_anew_and_learn(bench: Bench) -> None:
    source = PROGRAM.format(activation="ReLU", start="nn.init.normal_(layer.weight, std=0.02)")
    (record,) = experiments(bench, source, [Initialisation()], Evidence())

    found = signal(record)
    assert found is not None
    assert found.shrinks
    assert record.control is not None
    assert clearly_better(record.variants[0], record.control, 0.0)
    assert record.words["activations"] == "relu"


def test_sigmoids_are_exchanged_where_new_weights_do_not_help(bench: Bench) -> None:
    source = PROGRAM.format(activation="Sigmoid", start="nn.init.xavier_uniform_(layer.weight)")
    (record,) = experiments(bench, source, [Initialisation()], Evidence())

    assert [arm.change for arm in record.variants][1:] == [EXCHANGED]
    assert record.control is not None
    assert not clearly_better(record.variants[0], record.control, 0.0)
    assert clearly_better(record.variants[1], record.control, 0.0)


def test_a_sound_start_costs_one_run(bench: Bench) -> None:
    start = "nn.init.kaiming_normal_(layer.weight, nonlinearity='relu')"
    source = PROGRAM.format(activation="ReLU", start=start).replace("lr=0.05", "lr=1e-4")
    (record,) = experiments(bench, source, [Initialisation()], Evidence())

    assert record.control is None
    assert signal(record) is not None
