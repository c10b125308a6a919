"""The path ``onnx``: the exported program as ONNX, in ONNX Runtime on the CPU."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import logging
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch

from trialrun.numerics import samples
from trialrun.numerics.batch_invariance.paths_export import exported
from trialrun.numerics.batch_invariance.paths_refusals import tool
from trialrun.numerics.subject import UnsupportedError

_PACKAGES = ("onnx", "onnxruntime", "onnxscript")
_ERRORS_ONLY = 3  # ONNX Runtime's severity


class Onnx:
    """One session for every batch size."""

    name = "onnx"

    def prepare(self, model: Callable[..., Any], example: Any) -> Callable[[Any], Any]:
        """Exported by way of torch.export, with a dynamic batch axis.

        Raises UnsupportedError where a package is missing, the device is no CPU, or one of the two does not take it.
        """
        missing = [name for name in _PACKAGES if importlib.util.find_spec(name) is None]
        if missing:
            verb = "is" if len(missing) == 1 else "are"
            raise UnsupportedError(f"{', '.join(missing)} {verb} not installed: pip install {' '.join(missing)}")
        given = samples.tensors(example)
        if any(tensor.device.type != "cpu" for tensor in given):
            raise UnsupportedError("ONNX Runtime is measured on the CPU alone: --device cpu")
        if any(tensor.dtype is torch.bfloat16 for tensor in given):
            raise UnsupportedError("ONNX Runtime takes its inputs by way of NumPy, which has no bf16")
        return _running(_session(model, example))


def _session(model: Callable[..., Any], example: Any) -> Any:
    runtime = importlib.import_module("onnxruntime")
    options = runtime.SessionOptions()
    options.log_severity_level = _ERRORS_ONLY
    options.intra_op_num_threads = torch.get_num_threads()
    program = exported(model, example)
    with tool("torch.onnx.export"), _silent(), tempfile.TemporaryDirectory(prefix="trialrun-") as folder:
        path = str(Path(folder, "model.onnx"))
        written: Any = torch.onnx.export(program, (), dynamo=True, verbose=False)
        written.save(path)
        with tool("ONNX Runtime"):
            return runtime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def _running(session: Any) -> Callable[[Any], Any]:
    names = [held.name for held in session.get_inputs()]

    def run(batch: Any) -> Any:
        given = [tensor.detach().contiguous().numpy() for tensor in samples.tensors(batch)]
        if len(given) != len(names):
            raise UnsupportedError(
                f"the ONNX model takes {len(names)} of the batch's {len(given)} tensors: hand over only those used"
            )
        with tool("ONNX Runtime"):
            return tuple(map(torch.from_numpy, session.run(None, dict(zip(names, given, strict=True)))))

    return run


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    """Within, no warnings and no notes of the exporter: they speak of its own insides."""
    logger = logging.getLogger("torch.onnx")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(before)
