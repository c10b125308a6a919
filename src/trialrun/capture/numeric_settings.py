"""What of torch's build, its settings and this machine the bits of a result depend on. Initialises no accelerator.

``torch.utils.collect_env`` leaves the settings out. Each value is read by itself: after old and new names of a setting
were both used, reading one of them raises, and that is worth knowing.
"""

from __future__ import annotations

import contextlib
import os
import platform
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from trialrun import _torch

# Names alone that change what torch computes; values of others may be secrets.
VARIABLES = (
    "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "CUDA_VISIBLE_DEVICES", "CUBLAS_WORKSPACE_CONFIG",
    "CUDA_LAUNCH_BLOCKING", "NVIDIA_TF32_OVERRIDE", "PYTHONHASHSEED", "PYTORCH_CUDA_ALLOC_CONF", "MKL_CBWR",
    "PYTORCH_ENABLE_MPS_FALLBACK", "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE", "ATEN_CPU_CAPABILITY", "WORLD_SIZE", "RANK",
    "MKL_ENABLE_INSTRUCTIONS", "ONEDNN_MAX_CPU_ISA", "ONEDNN_DEFAULT_FPMATH_MODE", "NCCL_ALGO", "NCCL_PROTO",
)  # fmt: skip

_CUDA: Any = torch.cuda
_BACKENDS: Any = torch.backends
_UTILS: Any = torch.utils
_SETTINGS: dict[str, Callable[[], Any]] = {
    "deterministic": torch.are_deterministic_algorithms_enabled,
    "deterministic.warn_only": torch.is_deterministic_algorithms_warn_only_enabled,
    "deterministic.fill_uninitialized": lambda: _UTILS.deterministic.fill_uninitialized_memory,
    "float32_matmul_precision": torch.get_float32_matmul_precision,
    "tf32.matmul": lambda: _BACKENDS.cuda.matmul.allow_tf32,
    "tf32.cudnn": lambda: _BACKENDS.cudnn.allow_tf32,
    "fp16_reduced_precision_reduction": lambda: _BACKENDS.cuda.matmul.allow_fp16_reduced_precision_reduction,
    "bf16_reduced_precision_reduction": lambda: _BACKENDS.cuda.matmul.allow_bf16_reduced_precision_reduction,
    "cudnn.enabled": lambda: _BACKENDS.cudnn.enabled,
    "cudnn.benchmark": lambda: _BACKENDS.cudnn.benchmark,
    "cudnn.deterministic": lambda: _BACKENDS.cudnn.deterministic,
    "mkldnn": lambda: _BACKENDS.mkldnn.is_available(),
    "sdp.flash": lambda: _BACKENDS.cuda.flash_sdp_enabled(),
    "sdp.mem_efficient": lambda: _BACKENDS.cuda.mem_efficient_sdp_enabled(),
    "sdp.math": lambda: _BACKENDS.cuda.math_sdp_enabled(),
    "autocast.cpu": lambda: torch.is_autocast_enabled("cpu"),
    "autocast.cuda": lambda: torch.is_autocast_enabled("cuda"),
    "default_dtype": torch.get_default_dtype,
    "threads": torch.get_num_threads,
    "interop_threads": torch.get_num_interop_threads,
    **{f"fp32_precision.{name}": read for name, read in _torch.fp32_precisions().items()},
}


def read() -> dict[str, str]:
    """Every fact by its name, all as text; a setting that cannot be read tells why."""
    devices = _torch.cuda_devices_uninitialised()
    found = {
        "python": platform.python_version(),
        "torch": str(torch.__version__),
        "platform": platform.platform(),
        "processor": platform.machine(),
        "cpu": _cpu(),
        "cpus": str(os.cpu_count()),
        "cpu_capability": torch.backends.cpu.get_cpu_capability(),
        "blas": _built_with("BLAS_INFO"),
        "cuda": str(torch.version.cuda),
        "cuda_devices": "unknown" if devices is None else str(devices),
    }
    for name, setting in _SETTINGS.items():
        found[name] = _guarded(setting)
    found.update(_accelerator())
    if "numpy" in sys.modules:
        found["numpy"] = str(sys.modules["numpy"].__version__)
    found.update({f"env.{name}": os.environ[name] for name in VARIABLES if name in os.environ})
    return found


def _guarded(setting: Callable[[], Any]) -> str:
    try:
        return str(setting())
    except AttributeError:
        return "not in this version"
    except Exception as error:
        return f"cannot be read: {(str(error).splitlines() or [type(error).__name__])[0]}"


def _accelerator() -> dict[str, str]:
    """Driver, cuDNN and names of the devices; only where the program itself has initialised CUDA."""
    found: dict[str, str] = {}
    with contextlib.suppress(OSError):
        version = Path("/proc/driver/nvidia/version").read_text(encoding="utf-8")
        told = re.search(r"Kernel Module\D*([\d.]+)", version)
        found["driver"] = told[1] if told else version.splitlines()[0]
    if torch.version.cuda is not None and _CUDA.is_initialized():
        found["cudnn"] = _guarded(_BACKENDS.cudnn.version)
        names = [_CUDA.get_device_name(index) for index in range(_CUDA.device_count())]
        found["gpu"] = ", ".join(names)
    return found


def _cpu() -> str:
    """The processor's own name, where the system tells it."""
    with contextlib.suppress(OSError):
        told = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
        if told:
            return told[1].strip()
    return platform.processor() or "unknown"


def _built_with(name: str) -> str:
    told = re.search(rf"\b{name}=([^,\s]+)", torch.__config__.show())
    return told[1] if told else "unknown"
