"""What each backward of a window adds is read, divided, and nothing of it stays."""

from __future__ import annotations

import pytest
import torch

from tests.experiments.conftest import Bench, Repeated
from trialrun.experiments.gradient_watch import Divided
from trialrun.experiments.micro_batches import MicroBatches, without_clipping
from trialrun.experiments.plan import Experiment, Variant
from trialrun.experiments.setting import Setting

START = """
import torch
from torch import nn
torch.manual_seed(0)
x = torch.randn(36, 6)
y = torch.arange(36) % 3
model = nn.Sequential(nn.Linear(6, 16), nn.Tanh(), nn.Linear(16, 3))
optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
for step in range(5):
    look()
    optimiser.zero_grad()
    for rows in torch.arange(36).split([16, 16, 4]):
        loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
        (loss / 3).backward()
    SCALE
    optimiser.step()
"""


class Watched:
    """One run that is only looked at, one with gradients divided."""

    def __init__(self) -> None:
        self.watch: MicroBatches | None = None
        self.divided: Divided | None = None

    def __call__(self, repeated: Repeated, setting: Setting) -> Experiment:
        steps = (yield Variant(fresh=True)).steps
        stepping = [o for o in setting.now.reach.optimisers if id(o) in steps]  # those of other tests may be about
        held = [p for optimiser in stepping for group in optimiser.param_groups for p in group["params"]]
        self.watch, self.divided = MicroBatches(held), Divided(held, 4.0)
        for change in (self.watch, self.divided):
            repeated.readings.append((yield Variant(fresh=True, regularised=False, changes=(change,))))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("scale", "ratio"), [("pass", 1.0), ("torch._foreach_mul_([p.grad for p in model.parameters()], 0.5)", 0.5)]
)
def test_weights_and_samples_of_each_backward_are_read_and_all_is_put_back(
    bench: Bench, scale: str, ratio: float, dtype: str
) -> None:
    runs = Watched()
    start = START.replace("SCALE", scale).replace("import nn\n", f"import nn\ntorch.set_default_dtype(torch.{dtype})\n")
    try:
        done = bench(start, runs)
    finally:
        torch.set_default_dtype(torch.float32)
    done.compare()

    assert runs.watch is not None and runs.divided is not None
    assert [reading.error for reading in done.readings] == ["", ""]
    told = [part.weights for part in runs.watch.used]
    assert [[call[:2] for call in part] for part in told] == [[("cross_entropy", "mean")]] * 3
    assert [part[0][2] for part in told] == pytest.approx([1 / 3] * 3)
    assert [part[0][3] for part in told] == [16, 16, 4]
    assert runs.watch.ratio() == pytest.approx(ratio)
    assert runs.watch.update_norm == pytest.approx(4 * runs.divided.update_norm, rel=1e-3)
    assert runs.watch.gradient_norm == pytest.approx(4 * runs.divided.gradient_norm, rel=1e-3)


def test_a_gradient_that_is_no_multiple_of_the_sum_has_no_ratio(bench: Bench) -> None:
    runs = Watched()
    bench(START.replace("SCALE", "model[0].weight.grad.mul_(0.1)"), runs)
    assert runs.watch is not None
    assert len(runs.watch.used) == 3
    assert runs.watch.ratio() is None


def test_a_fraction_that_is_no_division_is_clipping() -> None:
    assert without_clipping(1.0, 1.0) == (1.0, False)
    assert without_clipping(0.25, 1.0) == (0.25, False)
    assert without_clipping(1 / 1024, 1024.0) == (1 / 1024, False)
    assert without_clipping(0.6 / 1024, 1024.0) == (1 / 1024, True)
