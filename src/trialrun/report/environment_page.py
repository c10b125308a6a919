"""The environment record for a reader: as text for a terminal, as Markdown for an issue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Headings, and the beginnings of the names that belong under each; what fits none is under the last.
_PARTS = (
    ("Versions", ("python", "torch", "numpy", "cuda", "cudnn", "driver", "blas")),
    ("Machine", ("platform", "processor", "cpu", "gpu")),
    ("Threads", ("threads", "interop_threads")),
    ("Precision", ("fp32_precision", "tf32", "float32_matmul", "fp16_", "bf16_", "autocast", "default_dtype", "sdp")),
    ("Determinism", ("deterministic", "cudnn.", "mkldnn", "seed.", "moved.")),
    ("Variables", ("env.",)),
    ("Source", ("git.",)),
    ("Other", ("",)),
)
# Packages that change what a training program computes; all others are in the JSON.
_TELLING = (
    "torch",
    "numpy",
    "scipy",
    "triton",
    "nvidia",
    "intel",
    "mkl",
    "onnx",
    "lightning",
    "transformers",
    "accelerate",
)


def parts(environment: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Headings with their names and values."""
    found: dict[str, list[tuple[str, str]]] = {title: [] for title, _ in _PARTS}
    for name, value in environment["settings"].items():
        # the longest beginning decides: cudnn.benchmark is of determinism, cudnn a version
        begins = [(len(start), title) for title, starts in _PARTS for start in starts if name.startswith(start)]
        found[max(begins)[1]].append((name, str(value)))
    packages = [
        (name, version) for name, version in environment["packages"].items() if name.lower().startswith(_TELLING)
    ]
    found["Packages"] = packages
    found["Data"] = list(environment["data"].items())
    return [(title, rows) for title, rows in found.items() if rows]


def text(environment: Mapping[str, Any]) -> str:
    """A line for each name, under headings."""
    lines = [f"trialrun {environment['trialrun']}"]
    for title, rows in parts(environment):
        lines += ["", title, *(f"  {name:<36} {value}" for name, value in rows)]
    return "\n".join(lines) + "\n"


def markdown(environment: Mapping[str, Any]) -> str:
    """A table under each heading, to paste into an issue."""
    lines = ["# Environment", "", f"trialrun {environment['trialrun']}"]
    for title, rows in parts(environment):
        lines += ["", f"## {title}", "", "| name | value |", "|---|---|"]
        lines += [f"| `{name}` | {_cell(value)} |" for name, value in rows]
    return "\n".join(lines) + "\n"


def _cell(value: str) -> str:
    return value.replace("|", "\\|").replace("\n", " ")
