from __future__ import annotations

import torch

from trialrun import numerics
from trialrun.numerics.sum_order import big_and_one, sums


def test_the_textbook_sum_in_each_format() -> None:
    for dtype in (torch.float32, torch.bfloat16, torch.float16, torch.float64):
        found = big_and_one(dtype)
        assert found["left"] == 1 and found["right"] == 0


def test_whole_numbers_have_one_sum_and_fractions_several() -> None:
    assert sums(torch.arange(1000.0))["different"] == 1
    found = sums(torch.rand(5000, generator=torch.Generator().manual_seed(0)).to(torch.bfloat16))
    assert found["different"] > 1 and found["apart_ulp"] > 1


def test_a_model_is_left_as_it_was() -> None:
    model = torch.nn.Linear(4, 4)
    before = torch.get_rng_state()
    weights = model.weight.detach().clone()
    result = numerics.associativity(model, torch.ones(2, 4))
    assert result.verdict in (numerics.Verdict.BITWISE, numerics.Verdict.ROUNDING)
    assert torch.equal(torch.get_rng_state(), before) and torch.equal(model.weight, weights)
    assert model.training


def test_no_numbers_is_unsupported() -> None:
    result = numerics.associativity(lambda x: x, torch.arange(4))
    assert result.verdict is numerics.Verdict.UNSUPPORTED and result.exit_status == 5
