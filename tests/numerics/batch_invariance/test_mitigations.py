"""Mitigations: what they fix on models that need them, and what they cost in pairs; the verdict stays."""

from __future__ import annotations

import time
from typing import Any

import pytest
import torch
from torch import nn

from tests.numerics.batch_invariance.models import Made, mlp, rows
from tests.numerics.batch_invariance.test_state import held
from trialrun import numerics
from trialrun.evidence.numerics import Verdict
from trialrun.numerics.batch_invariance.costs import costs
from trialrun.numerics.batch_invariance.measuring import Bench
from trialrun.numerics.batch_invariance.mitigations import bucket, deterministic, padded


def by_size(self: Any, x: torch.Tensor) -> torch.Tensor:
    """A third of every number, rounded in one of two ways, as kernels for small and large batches do."""
    return x / 3 if x.shape[0] <= 4 else x * (1 / 3)


@pytest.fixture(scope="module")
def result() -> numerics.NumericsResult:
    torch.manual_seed(0)
    before = held()
    found = numerics.batch(Made(by_size), rows(), limit=9, mitigations=True)
    assert held() == before
    return found


def test_each_mitigation_is_measured(result: numerics.NumericsResult) -> None:
    assert result.verdict is Verdict.ROUNDING, result.reason
    assert result.facts["frac_samples_bitwise"] < 1
    found = {one["path"]: one for one in result.facts["mitigations"]}
    assert list(found) == ["eager+pad", "eager+bucket", "eager+deterministic", "eager+fp64", "export+engine"]
    assert found["eager+pad"]["frac_samples_bitwise"] == 1.0
    assert found["eager+pad"]["classes"] == [[1, 2, 3, 4, 5, 6, 7, 8, 9]]
    assert found["eager+bucket"]["classes"] == [[1, 2, 3, 4], [5, 6, 7, 8, 9]]
    assert found["eager+deterministic"]["classes"] == found["eager+bucket"]["classes"]
    assert found["eager+fp64"]["frac_samples_bitwise"] == 1.0
    assert found["eager+fp64"]["ulp_at_row_max"] == 0
    assert "for some batch sizes only" in found["export+engine"]["unsupported"]  # and the verdict is not its


def test_the_choice_is_told(result: numerics.NumericsResult) -> None:
    text = "\n".join(result.summary)
    assert "fp32 eager+pad (every batch padded to 9): BITWISE, 100% of rows bitwise equal, 0 ULP, {1..9}; x" in text
    assert "fp32: equal bits at every size at the least cost: eager+" in text


def test_rows_name_the_mitigation_and_give_throughput_where_it_was_measured(result: numerics.NumericsResult) -> None:
    mine = [row for row in result.rows if row["path"] == "eager+pad"]
    assert {row["verdict"] for row in mine} == {"BITWISE"}
    assert {row["batch_size"] for row in mine if row["throughput_per_s"]} == {1, 8, 9}
    refused = [row for row in result.rows if row["path"] == "export+engine"]
    assert [row["verdict"] for row in refused] == ["UNSUPPORTED"]


def test_what_couples_samples_is_not_mended() -> None:
    model = nn.Sequential(nn.Linear(16, 8), nn.BatchNorm1d(8))
    found = numerics.batch(model, rows(), limit=5, mitigations=True)
    assert found.verdict is Verdict.COUPLED
    assert found.facts["mitigations"] == []
    assert any(line.startswith("mitigations: not measured") for line in found.summary)


def test_a_model_with_equal_bits_needs_none() -> None:
    found = numerics.batch(lambda x: x * 2, rows(), limit=5, mitigations=True, dtypes=("bf16",))
    assert "bf16: eager gives equal bits at every size by itself" in found.summary
    assert "eager+fp32" in [one["path"] for one in found.facts["mitigations"]]  # enough above bf16


def test_padding_serves_more_and_gives_what_was_asked() -> None:
    served: list[int] = []

    def run(batch: torch.Tensor, size: int) -> list[torch.Tensor]:
        served.append(len(batch))
        assert len(batch) == size
        return [batch * 2]

    assert [bucket(size) for size in (1, 2, 3, 4, 5, 8, 9, 33)] == [1, 2, 4, 4, 8, 8, 16, 64]
    given = torch.arange(6.0).view(3, 2)
    assert torch.equal(padded(run, bucket)(given, 3)[0], given * 2)
    assert torch.equal(padded(run, lambda _: 7)(given, 3)[0], given * 2)
    assert served == [4, 7]


def test_deterministic_algorithms_are_switched_back() -> None:
    with pytest.raises(RuntimeError, match="of the user's"), deterministic():
        assert torch.are_deterministic_algorithms_enabled()
        raise RuntimeError("of the user's")
    assert not torch.are_deterministic_algorithms_enabled()
    torch.use_deterministic_algorithms(True, warn_only=True)
    try:
        with deterministic():
            assert not torch.is_deterministic_algorithms_warn_only_enabled()
        assert torch.is_deterministic_algorithms_warn_only_enabled()
    finally:
        torch.use_deterministic_algorithms(False)


def test_cost_is_the_share_of_the_plain_throughput() -> None:
    def taking(seconds: float) -> Any:
        def run(batch: Any, size: int) -> list[torch.Tensor]:
            time.sleep(seconds)
            return [batch]

        return run

    found = costs(taking(0.002), taking(0.008), Bench(rows(), 16, 16, 0))
    assert [cost.size for cost in found] == [1, 8, 16]
    assert all(0.1 < cost.share < 0.6 and cost.mitigated_per_s < cost.plain_per_s for cost in found)
    assert all(cost.pairs >= 5 for cost in found)
    assert found[2].plain_per_s < 16 / 0.002


def test_an_engine_is_one_for_all_sizes() -> None:
    found = numerics.batch(mlp(), rows(), limit=3, mitigations=True)
    engine = next(one for one in found.facts["mitigations"] if one["path"] == "export+engine")
    assert not engine["unsupported"]
    assert engine["samples_compared"] > 30
