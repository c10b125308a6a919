"""Layers that create a difference beside those that carry it: by layers whose kernels are known to do so."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn
from torch.nn.utils import rnn

from tests.numerics.batch_invariance.models import Made
from trialrun.numerics.batch_invariance.originators import origins
from trialrun.numerics.batch_invariance.trace import trace
from trialrun.numerics.subject import call


class ByRows(nn.Module):
    """Sums a row in another order where there is more than one: right, and not bitwise independent of the batch."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        parts = x.unbind(1) if len(x) == 1 else x.flip(1).unbind(1)
        total = parts[0]
        for part in parts[1:]:
            total = total + part
        return total[:, None] * x


def found(model: nn.Module, batch: torch.Tensor) -> dict[str, str]:
    with torch.no_grad():
        seen = origins(model, lambda given: call(model, given), batch, list(range(8)), [2, 5])
    assert not seen.not_replayed
    roles: dict[str, str] = {}  # of each layer, the strongest at any size
    for layer in seen.layers:
        roles[layer.name] = max(layer.role, roles.get(layer.name, ""), key=("", "carrier", "originator").index)
    return roles


def test_originators_carriers_and_what_is_equal() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Tanh(), ByRows(), nn.Sequential(nn.ReLU(), nn.Tanh()))
    assert found(model, torch.randn(8, 40)) == {"0": "", "1": "originator", "2.0": "carrier", "2.1": "carrier"}


def test_operations_outside_any_layer_are_those_of_the_module_around_them() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Tanh(), Made(lambda self, x: self.act(ByRows.forward(self, x)), act=nn.ReLU()))
    roles = found(model, torch.randn(8, 40))
    assert roles["1"] == "originator" and "" not in roles


@pytest.mark.parametrize("time_first", [False, True])
def test_layers_with_samples_along_another_axis_are_replayed(time_first: bool) -> None:
    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.cell, self.act = nn.LSTM(4, 8, batch_first=not time_first), nn.ReLU(inplace=True)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            y = self.act(x * 1)
            return self.cell(y.transpose(0, 1) if time_first else y)[0]

    roles = found(Net(), torch.randn(8, 6, 4))
    assert set(roles) >= {"cell", "act"} and roles["act"] == ""


def test_a_trace_keeps_what_was_given_before_it_was_changed_in_place() -> None:
    model = nn.Sequential(nn.Identity(), nn.ReLU(inplace=True))
    x = torch.tensor([[-1.0, 2.0]])
    calls = trace(model, lambda: model(x.clone())).calls
    given: Any = calls["1", 0].args[0]
    assert torch.equal(given, x) and torch.equal(calls["1", 0].output, x.relu())
    assert calls["1", 0].within == (("", 0),)


def test_a_loss_beside_the_logits_is_of_the_whole_batch_and_originates_nothing() -> None:
    class WithLoss(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.norm = torch.nn.LayerNorm(16)

        def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            logits = self.norm(x)
            return logits, logits.square().mean()

    assert set(found(WithLoss(), torch.randn(8, 16)).values()) == {""}


class ByPackedRows(nn.Module):
    """`ByRows` on a PackedSequence of equal lengths, in which no axis is the samples'."""

    def forward(self, given: rnn.PackedSequence) -> rnn.PackedSequence:
        x, lengths = rnn.pad_packed_sequence(given, batch_first=True)
        return rnn.pack_padded_sequence(ByRows()(x), lengths, batch_first=True)


class OfPacked(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.packed = ByPackedRows()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        given = rnn.pack_padded_sequence(x, torch.full((len(x),), x.shape[1]), batch_first=True)
        return rnn.pad_packed_sequence(self.packed(given), batch_first=True)[0]


def test_what_a_layer_that_was_not_replayed_may_have_done_is_not_charged_to_the_module_around_it() -> None:
    torch.manual_seed(0)
    model = OfPacked()
    with torch.no_grad():
        seen = origins(model, lambda given: call(model, given), torch.randn(8, 40), list(range(8)), [2, 5])
    assert "packed" in seen.not_replayed
    assert not seen.originators()


def test_rows_that_are_laid_out_time_before_batch_are_those_of_their_sample() -> None:
    class TimeMajor(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.norm = torch.nn.LayerNorm(16)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            flat = x.transpose(0, 1).flatten(0, 1)
            return self.norm(flat).view(x.shape[1], x.shape[0], 16).transpose(0, 1)

    assert set(found(TimeMajor(), torch.randn(8, 5, 16)).values()) == {""}
