"""Verdicts on real models: what couples samples, what depends on the batch, and what only rounds."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn

from tests.numerics.batch_invariance import models
from tests.numerics.batch_invariance.models import Made, mlp, rows
from trialrun import numerics
from trialrun.errors import UsageError
from trialrun.evidence.numerics import NumericsResult, Verdict
from trialrun.evidence.numerics_columns import CASE_COLUMNS

FINE = (Verdict.BITWISE, Verdict.ROUNDING)


def measured(model: Any, batch: Any = None, **options: Any) -> NumericsResult:
    torch.manual_seed(0)
    made = model() if isinstance(model, type(lambda: 0)) else model
    return numerics.batch(made, rows() if batch is None else batch, **{"limit": 9, **options})


@pytest.mark.parametrize(
    "make",
    [
        lambda: nn.Sequential(nn.Linear(16, 8), nn.BatchNorm1d(8), nn.Linear(8, 4)),
        models.info_nce,
        lambda: models.experts(capacity=True),
        lambda: models.quantised(per_tensor=True),
        lambda: Made(lambda self, x: self.inner(x) + 1e-7 * x.mean(), inner=mlp()),
        lambda: Made(lambda self, x: self.inner(x.view(len(x), 4, 4))[0], inner=nn.LSTM(4, 8)),
        lambda: Made(lambda self, x: self.inner(x).softmax(0), inner=mlp()),
    ],
    ids=[
        "batch norm in training",
        "InfoNCE",
        "experts with a capacity",
        "per-tensor scale",
        "a share of the mean",
        "recurrence over samples",
        "softmax over samples",
    ],
)
def test_samples_that_influence_each_other_are_coupled(make: Callable[[], nn.Module]) -> None:
    result = measured(make)
    assert result.verdict is Verdict.COUPLED
    assert result.control.startswith("caught")
    assert result.facts["coupling"]["begins"]


def test_where_samples_meet_is_named() -> None:
    model = nn.Sequential(nn.Linear(16, 8), nn.BatchNorm1d(8), nn.Linear(8, 4))
    result = measured(model)
    assert result.facts["coupling"]["begins"] == ["1", "BatchNorm1d"]
    assert "samples first meet in 1 (BatchNorm1d)" in result.summary
    assert result.facts["reference_size"] == 2  # BatchNorm takes no sample alone


def test_coupling_is_fine_where_it_is_declared() -> None:
    assert not measured(models.info_nce).ok
    assert measured(models.info_nce, expect=("COUPLED",)).ok


@pytest.mark.filterwarnings("ignore")
def test_dynamic_quantisation_of_torch_is_coupled_without_float64() -> None:
    quantize = pytest.importorskip("torch.ao.quantization").quantize_dynamic
    if "onednn" not in torch.backends.quantized.supported_engines:
        pytest.skip("this torch has no engine for quantised layers")
    result = measured(quantize(mlp(), {nn.Linear}, dtype=torch.qint8))
    assert result.verdict is Verdict.COUPLED
    assert result.facts["no_fp64"]


@pytest.mark.filterwarnings("ignore:The PyTorch API of nested tensors")
@pytest.mark.parametrize(
    ("make", "batch"),
    [
        (lambda: nn.Sequential(nn.Linear(16, 16), nn.LayerNorm(16)), rows()),
        (lambda: nn.Sequential(nn.Linear(16, 8), nn.BatchNorm1d(8), nn.Linear(8, 4)).eval(), rows()),
        (lambda: models.experts(capacity=False), rows()),
        (lambda: models.quantised(per_tensor=False), rows()),
        (lambda: nn.Sequential(nn.Linear(16, 16), models.FloatNorm(), nn.Linear(16, 4)), rows()),
        (models.TimeFirst, rows()),
        (models.Attention, models.tokens()),
        (lambda: nn.Sequential(mlp(), nn.Dropout(0.5)), rows()),
        (lambda: nn.TransformerEncoder(nn.TransformerEncoderLayer(16, 2, 32, batch_first=True), 2).eval(),
         rows().view(16, 1, 16)),
        (lambda: Made(lambda self, x: self.inner(x).sum(1), inner=mlp()), rows()),
        (models.Packed, (models.tokens()[0], models.lengths())),
        (models.Padding, [row.expand(int(n), 4) + 0.1 for row, n in zip(rows()[:, :4], models.lengths(), strict=True)]),
        (lambda: models.Masked().eval(), models.tokens()),
        (lambda: Made(lambda self, x: self.inner(x).log(), inner=mlp()), rows()),
    ],
    ids=["layer norm", "batch norm in evaluation", "experts", "per-row scale", "norm in float32", "time first",
         "attention", "dropout", "transformer", "one number a sample", "packed", "padding", "masked", "NaN"],
)  # fmt: skip
def test_independent_samples_are_not_called_coupled(make: Callable[[], nn.Module], batch: Any) -> None:
    result = measured(make(), batch, dtypes=("fp32", "fp64", "bf16", "fp16"))
    assert result.verdict in FINE, result.reason
    assert result.control.startswith("caught")
    assert all(part["samples_compared"] > 100 for part in result.facts["parts"])


@pytest.mark.parametrize(
    ("run", "by"),
    [
        (lambda self, x: self.inner(x) / x.shape[0], "size"),
        (lambda self, x: self.inner(x) + 1e-3 * torch.arange(len(x))[:, None], "position"),
    ],
)
def test_what_depends_on_size_or_position_alone_is_a_bug(run: Callable[..., Any], by: str) -> None:
    result = measured(Made(run, inner=mlp()))
    assert result.verdict is Verdict.BUG
    assert by in result.reason


def test_a_squeeze_that_takes_the_batch_axis_is_a_bug() -> None:
    result = measured(Made(lambda self, x: self.inner(x).squeeze(), inner=mlp()))
    assert result.verdict is Verdict.BUG
    assert "shape (8,) for a batch of 1" in result.reason
    assert [row["verdict"] for row in result.rows] == ["BUG"]


def test_what_shows_in_one_dtype_only_is_judged_there() -> None:
    def run(self: Any, x: torch.Tensor) -> torch.Tensor:
        y = self.inner(x)
        return y * (1 + 1e-3 * (x.shape[0] > 4)) if x.dtype == torch.float32 else y

    assert measured(Made(run, inner=mlp())).verdict is Verdict.BUG

    def coupled(self: Any, x: torch.Tensor) -> torch.Tensor:
        y = self.inner(x)
        return y + 0.1 * y.mean(0) if x.dtype == torch.float32 else y

    assert measured(Made(coupled, inner=mlp())).verdict is Verdict.COUPLED


def test_a_model_that_loses_every_digit_is_not_called_buggy() -> None:
    def run(self: Any, x: torch.Tensor) -> torch.Tensor:
        y = self.inner(x)
        for _ in range(6):
            y = torch.sin(30 * y)
        return y

    result = measured(Made(run, inner=mlp()), dtypes=("fp32",))
    assert result.verdict in (Verdict.ROUNDING, Verdict.INCONCLUSIVE), result.reason


@dataclasses.dataclass
class Output:
    logits: torch.Tensor
    loss: torch.Tensor


def test_outputs_without_samples_are_left_out_and_said() -> None:
    result = measured(Made(lambda self, x: Output(self.inner(x), self.inner(x).mean()), inner=mlp()))
    assert result.verdict in FINE
    assert result.facts["outputs"] == ["logits"]
    assert any("output loss has shape () for 2 samples" in line for line in result.summary)


@pytest.mark.parametrize(
    ("model", "batch", "words"),
    [
        (Made(lambda self, x: self.inner(x).mean(), inner=mlp()), rows(), "one for the whole batch"),
        (Made(lambda self, x: x @ x.T), rows(), "no single axis is the batch's"),
        (mlp(), rows(1), "a batch of 1 sample"),
        (Made(lambda self, x: x.argmax(1)), rows(), "no floating-point tensor"),
        (Made(lambda self, x: x + torch.rand_like(x)), rows(), "does not repeat itself"),
        (mlp(3), rows(), "the model raised RuntimeError"),
        (nn.Embedding(9, 4), torch.ones(4, dtype=torch.long), "the samples of the batch are all equal"),
    ],
    ids=["scalar", "pairs", "one sample", "whole numbers", "random", "raises", "equal samples"],
)
def test_what_cannot_be_measured_says_why(model: nn.Module, batch: torch.Tensor, words: str) -> None:
    result = measured(model, batch)
    assert result.verdict is Verdict.UNSUPPORTED
    assert words in result.reason
    assert result.exit_status == 5


def test_a_control_that_is_missed_lets_nothing_pass() -> None:
    result = measured(Made(lambda self, x: x * 0))
    assert result.verdict is Verdict.INCONCLUSIVE
    assert result.control.startswith("missed")
    assert "planted defect" in result.reason


def test_rows_facts_and_words() -> None:
    result = measured(
        nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 4)), rows(16, 64), dtypes=("fp32", "bf16")
    )
    assert result.verdict is Verdict.ROUNDING
    assert all(tuple(row) == CASE_COLUMNS and row["schema_version"] == 1 for row in result.rows)
    assert {row["role"] for row in result.rows} >= {"originator", "output"}
    assert {row["dtype"] for row in result.rows} == {"fp32", "bf16"}
    assert {row["neighbours"] for row in result.rows} >= {"random", "copies", "huge", "zeros", "constant", "permuted"}
    assert result.facts["argmax_flips"] == 0
    assert 0 <= result.facts["frac_samples_bitwise"] < 0.5  # a sample alone is not compared with itself
    assert 0 < result.facts["ulp_at_row_max"] < 32
    assert {one["cls"] for one in result.facts["originators"]} == {"Linear"}
    assert len(result.summary) < 20
    json.dumps(result.payload())


@pytest.mark.parametrize("options", [{"dtypes": ("fp8",)}, {"fp32_precision": "tf64"}, {"paths": ("jit",)}])
def test_unknown_names_are_told_with_those_there_are(options: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="there is"):
        measured(mlp(), **options)


def test_a_dtype_that_the_model_refuses_is_unsupported_and_the_others_are_measured() -> None:
    def run(self: Any, x: torch.Tensor) -> torch.Tensor:
        if x.dtype == torch.float16:
            raise RuntimeError("no kernel for half")
        return self.inner(x)

    result = measured(Made(run, inner=mlp()), dtypes=("fp32", "fp16"))
    assert result.verdict is Verdict.UNSUPPORTED
    assert "no kernel for half" in result.reason
    assert {row["dtype"]: row["verdict"] for row in result.rows if row["role"] != "originator"}["fp16"] == "UNSUPPORTED"
    assert result.facts["parts"][0]["samples_compared"] > 100


def test_without_float64_rounding_is_not_judged_but_coupling_is() -> None:
    def run(self: Any, x: torch.Tensor) -> torch.Tensor:
        if x.dtype != torch.float32:
            raise RuntimeError("only float32")
        return self.inner(x) + self.share * x.mean()

    result = measured(Made(run, inner=mlp(), share=0.0))
    assert result.verdict is Verdict.UNSUPPORTED
    assert "no float64 to judge by: the model raised RuntimeError: only float32" in result.reason
    assert result.control.startswith("caught")
    assert measured(Made(run, inner=mlp(), share=0.1)).verdict is Verdict.COUPLED


def test_equal_bits_need_no_float64() -> None:
    def run(self: Any, x: torch.Tensor) -> torch.Tensor:
        if x.dtype != torch.float32:
            raise RuntimeError("only float32")
        return x.relu()

    assert measured(Made(run)).verdict is Verdict.BITWISE


def test_a_function_is_measured_too() -> None:
    assert measured(torch.nn.functional.softplus).verdict in FINE


def test_weights_that_are_made_by_the_first_call_are_the_same_in_every_copy() -> None:
    assert measured(nn.Sequential(nn.LazyLinear(8), nn.ReLU(), nn.LazyLinear(4))).verdict in FINE
