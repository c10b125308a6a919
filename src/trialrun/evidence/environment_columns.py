"""The last columns of every row of a CSV: what the numbers in front of them depend on."""

from __future__ import annotations

from collections.abc import Mapping

# Column -> the settings it holds; several are written as NAME=VALUE with a semicolon between.
COLUMNS: dict[str, tuple[str, ...]] = {
    "torch": ("torch",),
    "cuda": ("cuda",),
    "cudnn": ("cudnn",),
    "driver": ("driver",),
    "gpu": ("gpu",),
    "cpu": ("cpu",),
    "isa": ("cpu_capability",),
    "blas": ("blas",),
    "threads": ("threads",),
    "deterministic": ("deterministic", "deterministic.warn_only", "cudnn.deterministic", "cudnn.benchmark"),
    "tf32": ("tf32.matmul", "tf32.cudnn", "float32_matmul_precision", "env.NVIDIA_TF32_OVERRIDE"),
    "git": ("git.commit", "git.changed_files"),
}
SEED = "seed"


def columns(settings: Mapping[str, str], seed: int) -> dict[str, str]:
    """The values of all columns; "" where a setting is not known here."""
    return {**{name: _cell(settings, held) for name, held in COLUMNS.items()}, SEED: str(seed)}


def _cell(settings: Mapping[str, str], held: tuple[str, ...]) -> str:
    if len(held) == 1:
        return settings.get(held[0], "")
    return ";".join(f"{name}={settings[name]}" for name in held if name in settings)
