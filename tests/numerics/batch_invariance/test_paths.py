"""Compiled and exported models measured as they are served, what cannot be is told, and nothing of it stays."""

from __future__ import annotations

import logging
import shutil
from typing import Any

import pytest
import torch

from tests.numerics.batch_invariance import models
from tests.numerics.batch_invariance.models import Made, mlp, rows
from tests.numerics.batch_invariance.test_state import held
from trialrun import _torch, numerics
from trialrun.evidence.numerics import NumericsResult, Verdict
from trialrun.numerics.batch_invariance import paths_onnx
from trialrun.numerics.batch_invariance.paths_export import Export, exported
from trialrun.numerics.batch_invariance.paths_refusals import reason
from trialrun.numerics.subject import UnsupportedError

FINE = (Verdict.BITWISE, Verdict.ROUNDING)


def on(path: str, model: Any, batch: Any = None, **options: Any) -> NumericsResult:
    return numerics.batch(model, rows() if batch is None else batch, **{"limit": 5, "paths": (path,), **options})


def onnx_packages() -> None:
    for name in ("onnx", "onnxruntime", "onnxscript"):
        pytest.importorskip(name)


def test_one_exported_program_serves_every_size_as_eager_does() -> None:
    def run(self: Any, x: torch.Tensor) -> dict[str, torch.Tensor]:
        return {"logits": self.inner(x), "ids": x.argmax(1), "twice": 2 * self.inner(x)}

    result = on("export", Made(run, inner=mlp()))
    assert result.verdict in FINE, result.reason
    assert {row["batch_size"] for row in result.rows if row["path"] == "export"} == {1, 2, 3, 4, 5}
    assert {row["layer"] for row in result.rows if row["path"] == "export"} == {"logits", "twice"}
    assert on("export", lambda x: x.softmax(1)).verdict in FINE


def test_a_program_of_several_inputs_gives_what_the_model_gives() -> None:
    model, batch = models.Attention().eval(), models.tokens()
    with torch.no_grad():
        assert torch.allclose(Export().prepare(model, batch)(batch)[0], model(*batch), atol=1e-6)


@pytest.mark.parametrize(
    ("run", "told"),
    [
        (lambda self, x: self.inner(x.view(len(x), 16)), "(batch = 5): len(x) makes a constant"),
        (lambda self, x: self.inner(x) if x.shape[0] < 9 else self.inner(x.clone()), "the forward asks how many"),
        (lambda self, x: self.inner(x) if x.sum() > 0 else self.inner(-x), "torch.export: "),
    ],
    ids=["a constant", "a branch on the size", "a branch on values"],
)
def test_what_cannot_be_exported_is_told_and_why(run: Any, told: str) -> None:
    with pytest.raises(UnsupportedError) as refusal:
        exported(Made(run, inner=mlp()), rows())
    assert told in str(refusal.value)


def test_samples_of_different_lengths_have_no_axis_to_export() -> None:
    ragged = [torch.ones(length) for length in (2, 3, 4)]
    with pytest.raises(UnsupportedError, match="different lengths"):
        exported(lambda items: torch.stack([item.sum() for item in items]), ragged)


def test_a_compiled_model_is_measured_and_nothing_of_it_stays() -> None:
    if shutil.which("g++") is None and shutil.which("clang++") is None:
        pytest.skip("torch.compile needs a C++ compiler here")
    import torch._dynamo as dynamo

    model = mlp()
    settings, before = dynamo.config.get_config_copy(), held()
    result = on("compile", model)
    assert result.verdict in FINE, result.reason
    assert {row["batch_size"] for row in result.rows if row["path"] == "compile"} == {1, 2, 3, 4, 5}
    assert dynamo.config.get_config_copy() == settings
    assert held() == before


def test_what_is_not_compiled_is_not_called_compiled() -> None:
    result = on("compile", Made(torch.compiler.disable(lambda self, x: self.inner(x)), inner=mlp()))
    assert result.verdict is Verdict.UNSUPPORTED
    assert "made no graph" in result.reason


def test_a_compiler_that_fails_is_a_reason_and_settings_are_put_back() -> None:
    import torch._dynamo as dynamo

    with pytest.raises(RuntimeError, match="of the user's"), _torch.compiler(True):
        assert not dynamo.config.suppress_errors
        changed = dynamo.config.get_config_copy()
        raise RuntimeError("of the user's")
    assert dynamo.config.get_config_copy() != changed
    told = reason(RuntimeError("backend='inductor' raised:\nInvalidCxxCompiler: No working C++ compiler found\n\nmore"))
    assert told == "RuntimeError: backend='inductor' raised; InvalidCxxCompiler: No working C++ compiler found"


def test_onnx_runtime_serves_every_size() -> None:
    onnx_packages()
    model = models.Attention()
    logger, before = logging.getLogger("torch.onnx"), held()
    level = logger.level
    result = on("onnx", model, models.tokens())
    assert result.verdict in FINE, result.reason
    assert {row["batch_size"] for row in result.rows if row["path"] == "onnx"} == {1, 2, 3, 4, 5}
    assert held() == before
    assert logger.level == level
    assert "has no bf16" in on("onnx", mlp(), dtypes=("bf16",)).reason


def test_a_package_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths_onnx, "_PACKAGES", ("torch", "a_runtime_that_there_is_not"))
    with pytest.raises(UnsupportedError, match="a_runtime_that_there_is_not is not installed: pip install a_runtime"):
        paths_onnx.Onnx().prepare(mlp(), rows())
