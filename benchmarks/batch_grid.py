"""Claim: the full grid of four models in four dtypes takes less than two minutes on two cores, and none is misjudged.

    python benchmarks/batch_grid.py [--limit 64]

Runs `trialrun.numerics.batch` on a perceptron, a convolutional network, an LSTM and a small transformer in fp32, fp64,
bf16 and fp16, and prints the classes of batch sizes whose outputs are bitwise equal. All four are right programs whose
samples are independent: a verdict but BITWISE or ROUNDING breaks the claim, as does a planted defect that was missed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

import torch
from measure import table
from torch import nn

from trialrun import numerics
from trialrun.evidence.numerics import Verdict
from trialrun.numerics.batch_invariance.classes import written

LIMIT_S = 120.0
DTYPES = ("fp32", "fp64", "bf16", "fp16")


class Sequence(nn.Module):
    """An LSTM over 20 steps, its last state classified."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm, self.head = nn.LSTM(32, 128, batch_first=True), nn.Linear(128, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.lstm(x)[0][:, -1])


class Transformer(nn.Module):
    """Two blocks over 12 tokens, their mean classified."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(100, 64)
        self.blocks = nn.TransformerEncoder(nn.TransformerEncoderLayer(64, 4, 128, batch_first=True), 2)
        self.head = nn.Linear(64, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.blocks(self.embedding(x)).mean(1))


def perceptron() -> nn.Module:
    return nn.Sequential(nn.Linear(256, 512), nn.GELU(), nn.Linear(512, 512), nn.GELU(), nn.Linear(512, 10))


def convolutional() -> nn.Module:
    return nn.Sequential(
        *(nn.Conv2d(3, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(16, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(32 * 7 * 7, 10)),
    )


MODELS: dict[str, tuple[Callable[[], nn.Module], Callable[[], torch.Tensor]]] = {
    "perceptron": (perceptron, lambda: torch.randn(16, 256)),
    "convolutions": (convolutional, lambda: torch.randn(16, 3, 28, 28)),
    "LSTM": (Sequence, lambda: torch.randn(16, 20, 32)),
    "transformer": (Transformer, lambda: torch.randint(0, 100, (16, 12))),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=int, default=64, help="largest batch size")
    limit = parser.parse_args().limit
    lines, seconds, holds = [], 0.0, True
    for title, (model, batch) in MODELS.items():
        torch.manual_seed(0)
        result = numerics.batch(model().eval(), batch(), dtypes=DTYPES, limit=limit)
        seconds += result.seconds
        caught = result.control.partition(":")[0]
        holds = holds and result.verdict in (Verdict.BITWISE, Verdict.ROUNDING) and caught == "caught"
        for part in result.facts["parts"]:
            line = [title, part["dtype"], written(part["classes"], result.facts["sizes"])]
            line += [f"{part['frac_samples_bitwise']:.0%}", f"{part['ulp_at_row_max']:.3g}"]
            ratio = part["err_ratio"]
            line += ["-" if ratio is None else f"{ratio:.2f}", str(part["argmax_flips"])]
            lines.append([*line, "/".join(part["verdicts"]), caught])
        origins = [f"{one['layer']} ({one['cls']})" for one in result.facts["originators"]]
        print(
            f"{title}: {result.seconds:.0f} s, {result.verdict.value}; originate: {', '.join(origins) or 'none'}",
            flush=True,
        )
    header = [
        "model",
        "dtype",
        "sizes with equal bits",
        "rows equal",
        "ULP",
        "error ratio",
        "flips",
        "cases",
        "control",
    ]
    print(table(header, lines))
    print(f"\n{seconds:.0f} s (limit {LIMIT_S:.0f}); every verdict right: {holds}")
    return 0 if holds and seconds < LIMIT_S else 1


if __name__ == "__main__":
    sys.exit(main())
