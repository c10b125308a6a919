"""The line fitted by hand and the one fitted with PyTorch's own parts: every step leads to the same weights."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
import torch
from torch import Tensor

from tests.examples.lessons import FOLDER

EPOCHS, STEPS = 8, 32  # of each epoch
CLOSE = {"rtol": 1e-4, "atol": 1e-5}  # only the order of additions differs


def lesson(name: str) -> ModuleType:
    """It, imported anew."""
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def by_hand() -> ModuleType:
    return lesson("linear_regression_scratch")


def by_parts() -> ModuleType:
    return lesson("linear_regression_loader")


def trained(
    program: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str
) -> tuple[Tensor, list[Tensor]]:
    """All of its ``main`` with orders of our own: for each step weight, bias and loss (S, 3), and what it was given."""
    step, rows, batches = program.train_step, [], []

    def watched(*given: object) -> float:
        tensors = [one for one in given if isinstance(one, Tensor)]
        loss: float = step(*given)
        weight, bias = tensors[:2] if len(tensors) == 4 else given[0].parameters()  # type: ignore[attr-defined]
        rows.append([weight.item(), bias.item(), loss])
        batches.append(torch.cat(tensors[-2:], dim=1))  # (N, 2)
        return loss

    shuffled = torch.randperm

    def order(count: int, **_: object) -> Tensor:
        """That of the epoch, however often it is asked for: a sampler asks once more at the end."""
        return shuffled(count, generator=torch.Generator().manual_seed(len(rows)))

    with monkeypatch.context() as patch:
        patch.setattr(torch, "randperm", order)
        patch.setattr(sys, "argv", [program.__name__, "--out", str(folder), *arguments])
        patch.setattr(program, "train_step", watched)
        program.main()
    return torch.tensor(rows), batches


def test_they_go_through_the_same_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps, batches = trained(by_hand(), tmp_path, monkeypatch)
    others, their_batches = trained(by_parts(), tmp_path, monkeypatch)

    assert len(steps) == len(others) == EPOCHS * STEPS
    assert all(torch.equal(one, other) for one, other in zip(batches, their_batches, strict=True))
    assert {len(batch) for batch in batches} == {32, 8}, "a short batch is where sum / size and sum / 32 differ"
    torch.testing.assert_close(steps, others, **CLOSE)


def test_one_step_is_the_same_from_any_weights() -> None:
    hand, parts = by_hand(), by_parts()
    x, y = hand.make_data()
    weight, bias = torch.tensor([[3.5]], requires_grad=True), torch.tensor([-2.0], requires_grad=True)
    model = parts.make_model()
    with torch.no_grad():
        model.weight.copy_(weight)
        model.bias.copy_(bias)
    loss = hand.train_step(weight, bias, x[:5], y[:5])
    optimizer = torch.optim.SGD(model.parameters(), lr=parts.RATE)
    assert parts.train_step(model, torch.nn.MSELoss(), optimizer, x[:5], y[:5]) == pytest.approx(loss)
    torch.testing.assert_close(model.weight, weight)
    torch.testing.assert_close(model.bias, bias)


@pytest.mark.parametrize("change", [{"RATE": 0.0501}, {"BATCH": 31}, {"STRETCH": 2.001}, {"EPOCHS": 9}], ids=str)
def test_it_would_be_seen_if_one_of_them_changed(
    change: dict[str, float], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = by_parts()
    for name, value in change.items():
        monkeypatch.setattr(changed, name, value)
    steps, _ = trained(by_hand(), tmp_path, monkeypatch)
    others, _ = trained(changed, tmp_path, monkeypatch)
    assert steps.shape != others.shape or not torch.allclose(steps, others, **CLOSE)


def test_a_sum_that_nobody_divides_is_another_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps, _ = trained(by_hand(), tmp_path, monkeypatch)
    others, _ = trained(by_parts(), tmp_path, monkeypatch, "--broken", "sum-loss")
    full = slice(0, STEPS - 1)  # the batches of 32 of the first epoch: its rate was divided in place of its gradient
    torch.testing.assert_close(steps[full, :2], others[full, :2], **CLOSE)
    assert not torch.allclose(steps[STEPS - 1, :2], others[STEPS - 1, :2], **CLOSE), "the last batch has 8"
