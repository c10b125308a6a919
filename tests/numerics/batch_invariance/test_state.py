"""Nothing of the user's is changed, also where their code raises."""

from __future__ import annotations

import copy
import random
from typing import Any

import numpy
import pytest
import torch
from torch import nn

from tests.numerics.batch_invariance.models import Made, mlp, rows
from trialrun import _torch, numerics
from trialrun.evidence.numerics import Verdict


def held() -> list[Any]:
    return [
        torch.get_rng_state().tolist(),
        random.getstate(),
        str(numpy.random.get_state()),
        torch.is_grad_enabled(),
        torch.get_default_dtype(),
        torch.get_num_threads(),
        torch.are_deterministic_algorithms_enabled(),
        torch.get_float32_matmul_precision(),
    ]


def meddling(self: Any, x: torch.Tensor) -> torch.Tensor:
    """A forward that draws and sets what is global."""
    random.random()
    numpy.random.rand()
    torch.rand(1)
    torch.set_num_threads(2 if torch.get_num_threads() == 1 else 1)
    torch.use_deterministic_algorithms(True)
    if self.fails and x.shape[0] > 4:
        raise RuntimeError("five are too many")
    return self.inner(x)


@pytest.mark.parametrize("fails", [False, True])
def test_the_process_and_the_model_are_as_before(fails: bool) -> None:
    model = Made(meddling, inner=nn.Sequential(mlp(), nn.Dropout(0.5), nn.BatchNorm1d(8)), fails=fails)
    batch = rows()
    weights, given, before = copy.deepcopy(model.state_dict()), batch.clone(), held()
    numerics.batch(model, batch, limit=9)
    assert held() == before
    assert all(torch.equal(value, weights[name]) for name, value in model.state_dict().items())
    assert all(part.training for part in model.modules())
    assert torch.equal(batch, given)
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())


@pytest.mark.parametrize("name", ["ieee", "tf32", "bf16"])
def test_the_precision_is_put_back(name: str) -> None:
    one = torch.randn(256, 256)
    before = one @ one
    settings = _precisions()
    with pytest.raises(ZeroDivisionError), _torch.fp32_precision(name, "cpu"):
        raise ZeroDivisionError
    assert _precisions() == settings
    assert torch.equal(one @ one, before)


@pytest.mark.parametrize("name", ["tf32", "bf16"])
def test_a_precision_is_measured_or_said_to_be_missing(name: str) -> None:
    model = nn.Sequential(nn.Linear(256, 64), nn.ReLU(), nn.Linear(64, 4))
    result = numerics.batch(model, rows(16, 256), fp32_precision=name, limit=5)
    if result.verdict is Verdict.UNSUPPORTED:
        assert f"in {name} are not available on cpu" in result.reason
        assert [row["fp32_precision"] for row in result.rows] == [name]
    else:  # batches are multiplied in it, and a sample alone may not be: no defect
        assert result.verdict in (Verdict.BITWISE, Verdict.ROUNDING)
        assert max(row["err_path"] for row in result.rows if row["role"] == "output") > 1e-5


def _precisions() -> list[str]:
    backends: Any = torch.backends
    if not hasattr(backends, "fp32_precision"):
        return [torch.get_float32_matmul_precision()]
    return [getattr(backends.mkldnn, name).fp32_precision for name in ("matmul", "conv", "rnn")]
