"""Half of a recorded batch, handed to the body of a real program."""

from __future__ import annotations

from typing import NamedTuple

import pytest
import torch

from tests.experiments.conftest import Bench, Repeated
from trialrun.experiments.halves import Half
from trialrun.experiments.plan import Experiment, Variant
from trialrun.experiments.setting import Setting

PROGRAM = """
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
torch.manual_seed(0)
loader = DataLoader(TensorDataset(torch.randn(36, 3), torch.randn(36, 1)), batch_size=8, shuffle=True)
model = nn.Linear(3, 1)
optimiser = torch.optim.SGD(model.parameters(), lr=0.01)
{loop}:
    {draw}
    look()
    loss = (model(x) - y).pow(2).{reduce}()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
"""


def halves(repeated: Repeated, setting: Setting) -> Experiment:
    repeated.readings.append((yield Variant(fresh=True, gradients=True)))
    for second in (False, True):
        half = Half(setting.window, 8, second)
        repeated.readings.append((yield Variant(fresh=True, gradients=True, changes=(half,))))
        assert half.seen == 2
    repeated.readings.append((yield Variant(fresh=True, gradients=True)))


@pytest.mark.parametrize(("reduce", "times"), [("sum", 1.0), ("mean", 2.0)])
@pytest.mark.parametrize(
    ("loop", "draw"),
    [("for x, y in loader", "pass"), ("batches = iter(loader)\nfor step in range(4)", "x, y = next(batches)")],
    ids=["for", "next"],
)
def test_losses_of_halves_add_up(bench: Bench, loop: str, draw: str, reduce: str, times: float) -> None:
    done = bench(PROGRAM.format(loop=loop, draw=draw, reduce=reduce), halves)
    done.compare()
    whole, first, second, again = done.losses
    assert whole is not None and first is not None and second is not None
    assert whole == again
    assert first + second == pytest.approx(times * whole, rel=1e-5)


class Named(NamedTuple):
    inputs: torch.Tensor
    count: int


def test_containers_keep_their_kind() -> None:
    class Stand:
        def item(self, index: int) -> object:
            rows = torch.arange(4)
            return index, Named(rows, 4), {"names": list("abcd"), "parts": [rows, torch.zeros(3)]}

        def draw(self) -> None:
            return None

    window = Stand()
    end = Half(window, 4, second=True).begin()  # type: ignore[arg-type]
    index, named, mapping = window.item(0)  # type: ignore[misc]
    end()
    assert (index, named.count, named.inputs.tolist()) == (0, 4, [2, 3])
    assert mapping["names"] == ["c", "d"]
    assert [len(part) for part in mapping["parts"]] == [2, 3]
    assert "item" not in vars(window)
