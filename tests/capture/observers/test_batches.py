from __future__ import annotations

import dataclasses
import math
from typing import Any

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from trialrun.capture.cards import card, named_tensors


def _train(conductor: Any, items: Any, data_of: Any = lambda item: item[0]) -> None:
    model = nn.LazyLinear(2)
    optimiser = None
    for item in conductor.training(items):
        out = model(data_of(item).float().flatten(1))
        optimiser = optimiser or torch.optim.SGD(model.parameters(), lr=0.1)
        optimiser.zero_grad()
        nn.functional.cross_entropy(out, torch.zeros(len(out), dtype=torch.long)).backward()
        optimiser.step()


def test_a_loader_proves_its_batch_axis(watched: Any) -> None:
    data = TensorDataset(torch.rand(20, 1, 8, 8), torch.arange(20) % 4)
    run = watched(lambda conductor: _train(conductor, DataLoader(data, batch_size=5)))
    first = next(record for record in run.evidence.batch if record.source == "loader")
    assert first.step == 0
    assert first.batch_size == 5
    images, labels = first.tensors
    assert (images.key, images.shape, images.dtype, images.device) == ("[0]", (5, 1, 8, 8), "float32", "cpu")
    assert images.axes == ("batch", "channel?", "height?", "width?")
    assert 0 <= images.minimum < images.mean < images.maximum <= 1
    assert images.std == pytest.approx(math.sqrt(1 / 12), rel=0.2)
    assert labels.axes == ("batch",)
    assert labels.label_counts == {"0": 2, "1": 1, "2": 1, "3": 1}
    assert sorted({record.step for record in run.evidence.batch}) == [0, 1, 2]


def test_a_collate_of_the_users_own_proves_nothing(watched: Any) -> None:
    def time_major(samples: Any) -> Any:
        return [torch.stack([data for (data,) in samples], dim=1).transpose(0, 1)]

    loader = DataLoader(TensorDataset(torch.rand(12, 7, 3)), batch_size=4, collate_fn=time_major)
    run = watched(lambda conductor: _train(conductor, loader))
    record = next(record for record in run.evidence.batch if record.source == "loader")
    assert record.batch_size is None
    assert "batch" not in record.tensors[0].axes


def test_loaders_with_worker_processes(watched: Any) -> None:
    data = TensorDataset(torch.rand(8, 3), torch.zeros(8, dtype=torch.long))
    run = watched(lambda conductor: _train(conductor, DataLoader(data, batch_size=4, num_workers=1)))
    assert next(record for record in run.evidence.batch if record.source == "loader").batch_size == 4


def test_items_of_no_loader_model_input_and_target(watched: Any) -> None:
    run = watched(lambda conductor: _train(conductor, [{"x": torch.randn(4, 3), "n": 1}], lambda item: item["x"]))
    by_source = {record.source: record for record in run.evidence.batch}
    assert set(by_source) == {"loop item", "model input", "loss target"}
    assert by_source["loop item"].tensors[0].key == "x"
    assert by_source["loop item"].batch_size is None
    assert by_source["loss target"].tensors[0].label_counts == {"0": 4}


def test_the_item_is_described_as_it_came(watched: Any) -> None:
    """Before the body changes it in place, as far as the model's first call comes before that."""
    bad = torch.ones(4, 3)
    bad[1, 2] = math.nan
    bad[3, 0] = math.inf

    def program(conductor: Any) -> None:
        _train(conductor, [(torch.ones(4, 3),)] * 5 + [(bad,)])

    records = [record for record in watched(program).evidence.batch if record.source == "loop item"]
    assert [record.step for record in records] == [0, 1, 2, 5]  # later ones only where something is not finite
    (described,) = records[-1].tensors
    assert described.nonfinite_count == 2
    assert described.nonfinite_first == (1, 2)
    assert (described.minimum, described.maximum, described.mean) == (1.0, 1.0, 1.0)


def test_a_step_that_crashes_has_its_batch(watched: Any) -> None:
    def program(conductor: Any) -> None:
        model = nn.Linear(3, 2)
        for item in conductor.training([torch.randn(4, 5)]):
            with pytest.raises(RuntimeError):
                model(item)

    assert watched(program).evidence.batch[0].tensors[0].shape == (4, 5)


@dataclasses.dataclass
class Sample:
    image: torch.Tensor
    extra: dict[str, Any]


class Graph:
    def __init__(self) -> None:
        self.x = torch.zeros(2)
        self.edges = [torch.zeros(1), torch.zeros(3)]


def test_tensors_are_found_in_nested_items() -> None:
    item = (Sample(torch.zeros(4), {"mask": torch.zeros(5)}), Graph(), "text", 3, nn.Linear(1, 1))
    found = {key: tuple(tensor.shape) for key, tensor in named_tensors(item)}
    assert found == {
        "[0].image": (4,),
        "[0].extra.mask": (5,),
        "[1].x": (2,),
        "[1].edges[0]": (1,),
        "[1].edges[1]": (3,),
    }


@pytest.mark.parametrize(
    "tensor",
    [
        torch.zeros(0, 3),
        torch.zeros(3, dtype=torch.bool),
        torch.zeros(3, dtype=torch.complex64),
        torch.full((3,), math.nan),
        torch.eye(3).to_sparse(),
        torch.zeros(3, dtype=torch.bfloat16),
        torch.tensor(7),
        torch.zeros(2, device="meta"),
    ],
)
def test_odd_tensors_have_cards(tensor: torch.Tensor) -> None:
    described = card("x", tensor)
    assert described.shape == tuple(tensor.shape)
    assert len(described.axes) == tensor.ndim


def test_inputs_by_keyword_are_described_too(watched: Any) -> None:
    class Model(nn.Linear):
        def forward(self, *, features: torch.Tensor) -> torch.Tensor:
            return super().forward(features)

    def train(conductor: Any) -> None:
        model = Model(3, 2)
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        for features in conductor.training([torch.rand(4, 3) for _ in range(3)]):
            optimiser.zero_grad()
            model(features=features).sum().backward()
            optimiser.step()

    entered = [record for record in watched(train).evidence.batch if record.source == "model input"]
    assert [[card.key for card in record.tensors] for record in entered] == [["features"]] * 3
