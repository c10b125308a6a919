"""``trialrun.accumulate`` beside the gradient of one batch, alone and under DDP on two real ranks."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional as F

import trialrun

IGNORED = -100


def model() -> nn.Module:
    torch.manual_seed(0)
    return nn.Linear(5, 3).double()


def data(samples: int) -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(1)
    return torch.randn(samples, 5, dtype=torch.float64), torch.randint(0, 3, (samples,))


def gradient(net: nn.Module) -> torch.Tensor:
    found = torch.cat([parameter.grad.flatten() for parameter in net.parameters() if parameter.grad is not None])
    net.zero_grad()
    return found


def batches(inputs: torch.Tensor, targets: torch.Tensor, size: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
    return list(zip(inputs.split(size), targets.split(size), strict=True))


def relative(one: torch.Tensor, other: torch.Tensor) -> float:
    return float((one - other).norm() / other.norm())


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_every_window_has_the_gradient_and_the_loss_of_one_batch(reduction: Any) -> None:
    net = model()
    inputs, targets = data(26)
    lengths = []
    begin = 0
    for window in trialrun.accumulate(batches(inputs, targets, 4), steps=3, reduction=reduction):
        lengths.append(len(window))
        for micro in window:
            micro.backward(F.cross_entropy(net(micro.batch[0]), micro.batch[1], reduction=reduction))
        found = gradient(net)
        end = begin + sum(len(batch[0]) for batch in batches(inputs[begin:], targets[begin:], 4)[: len(window)])
        whole = F.cross_entropy(net(inputs[begin:end]), targets[begin:end], reduction=reduction)
        whole.backward()
        assert relative(found, gradient(net)) < 1e-14
        assert window.loss.item() == pytest.approx(whole.item(), rel=1e-14)
        begin = end
    assert lengths == [3, 3, 1]  # 4+4+4, 4+4+4 and the 2 that are left over
    assert begin == 26


def test_a_count_of_tokens_weighs_and_what_counts_for_nothing_adds_nothing() -> None:
    net = model()
    inputs, targets = data(12)
    targets[:4] = IGNORED  # the first micro-batch: its mean is NaN
    targets[5] = targets[9] = targets[10] = IGNORED
    for window in trialrun.accumulate(
        batches(inputs, targets, 4), steps=3, count=lambda batch: (batch[1] != IGNORED).sum()
    ):
        for micro in window:
            micro.backward(F.cross_entropy(net(micro.batch[0]), micro.batch[1]))
        assert window.count == 5
        assert bool(window.loss.isfinite())
    found = gradient(net)
    F.cross_entropy(net(inputs), targets).backward()
    assert relative(found, gradient(net)) < 1e-14


def test_a_gradient_scaler_scales() -> None:
    net = model().float()
    inputs, targets = data(8)
    inputs = inputs.float()
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
    optimiser = torch.optim.SGD(net.parameters(), lr=0.1)
    for window in trialrun.accumulate(batches(inputs, targets, 3), steps=3, scaler=scaler):
        for micro in window:
            micro.backward(F.cross_entropy(net(micro.batch[0]), micro.batch[1]))
    assert float(net.weight.grad.norm()) > 100
    scaler.unscale_(optimiser)
    found = gradient(net)
    F.cross_entropy(net(inputs), targets).backward()
    assert relative(found, gradient(net)) < 1e-6


def test_batches_are_drawn_window_by_window() -> None:
    drawn = []

    def loader() -> Any:
        for number in range(100):
            drawn.append(number)
            yield torch.zeros(2, 5)

    windows = trialrun.accumulate(loader(), steps=3)
    next(iter(windows))
    assert drawn == [0, 1, 2]


@pytest.mark.parametrize(
    ("arguments", "error", "word"),
    [
        ({"steps": 0}, ValueError, "steps=0"),
        ({"steps": 2, "reduction": "none"}, ValueError, "'none'"),
    ],
)
def test_wrong_arguments_are_refused_at_the_call(arguments: Any, error: type[Exception], word: str) -> None:
    with pytest.raises(error, match=word):
        trialrun.accumulate([torch.zeros(2)], **arguments)


@pytest.mark.parametrize(
    ("batch", "count", "error", "word"),
    [
        ("words", None, TypeError, "count="),
        (torch.zeros(2), lambda batch: -1, ValueError, "-1"),
        (torch.zeros(2), lambda batch: float("nan"), ValueError, "nan"),
    ],
)
def test_what_cannot_be_counted_is_refused(batch: Any, count: Any, error: type[Exception], word: str) -> None:
    with pytest.raises(error, match=word):
        next(iter(trialrun.accumulate([batch], 1, count=count)))


def test_a_loss_that_is_no_scalar_is_refused() -> None:
    micro = next(iter(next(iter(trialrun.accumulate([torch.zeros(2)], 1)))))
    with pytest.raises(ValueError, match=r"\(2,\)"):
        micro.backward(torch.zeros(2, requires_grad=True))


def test_two_ranks_with_unequal_counts_have_the_gradient_of_one_batch_and_synchronise_once() -> None:
    if not torch.distributed.is_available() or not torch.distributed.is_gloo_available():
        pytest.skip("torch was built without gloo")
    script = str(Path(__file__).with_name("two_ranks.py"))
    result = subprocess.run(
        [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", script],
        capture_output=True,
        text=True,
        timeout=120,
    )
    told = re.findall(r"RANK (\d) (\w+) MISS (\S+) LOSS (\S+) SYNCHRONISED (\d+)", result.stdout)
    made = sorted((rank, reduction) for rank, reduction, *_ in told)
    assert made == [("0", "mean"), ("0", "sum"), ("1", "mean"), ("1", "sum")], result.stderr
    for _, _, miss, loss_miss, synchronised in told:
        assert float(miss) < 1e-14
        assert float(loss_miss) < 1e-14
        assert synchronised == "1"  # of one bucket, at the last backward alone
